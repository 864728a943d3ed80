/// A metric and its series, bounded in number.
struct MetricRecord {
  let description: MetricDescription
  private(set) var series: [LabelSet: any Instrument] = [:]

  init(_ description: MetricDescription) { self.description = description }

  /// The instrument of a series, made at its first use; that of the overflow when there are `seriesMax` others.
  ///
  /// - Returns: `nil` if the metric is of another kind.
  mutating func instrument<Made: Instrument>(_ labels: LabelSet, seriesMax: Int) -> Made? {
    guard description.kind == Made.kind else { return nil }
    if let known = series[labels] { return known as? Made }
    let own = series.count - (series[.overflow] == nil ? 0 : 1)
    let key = own < seriesMax ? labels : .overflow
    if let known = series[key] { return known as? Made }
    let made = Made(description)
    series[key] = made
    return made
  }

  /// Forgets a series; the overflow's stays, because others share it.
  ///
  /// - Returns: whether the instrument is this metric's.
  mutating func remove(_ instrument: AnyObject) -> Bool {
    guard let key = series.first(where: { $0.value === instrument })?.key else { return false }
    if key != .overflow { series[key] = nil }
    return true
  }

  var family: MetricFamily { MetricFamily(description, series.map { MetricSample($1.reading, $0) }) }
}
