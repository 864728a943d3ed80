internal import Synchronization

/// Every metric of a process, by name.
///
/// Its lock is for making and forgetting series and for the start of a scrape; counting goes past it. A metric has
/// one kind: what is made under its name as another kind is counted nowhere.
package final class MetricsRegistry: Sendable {
  /// Metrics whose values are looked up when they are asked for.
  package typealias Collector = @Sendable () -> [MetricFamily]

  private struct State {
    var records: [String: MetricRecord] = [:]
    var collectors: [Collector] = []
  }

  private let descriptions: [String: MetricDescription]
  private let limits: TelemetryLimits
  private let state = Mutex(State())

  /// - Parameter descriptions: of metrics that will be made; others have no help, and buckets for seconds.
  package init(
    describing descriptions: [MetricDescription] = MetricDescription.all, limits: TelemetryLimits = TelemetryLimits()
  ) {
    self.descriptions = Dictionary(descriptions.map { ($0.name, $0) }) { first, _ in first }
    self.limits = limits
  }

  package func collect(_ collector: @escaping Collector) {
    state.withLock { $0.collectors.append(collector) }
  }

  /// All metrics now.
  package var families: [MetricFamily] {
    let (records, collectors) = state.withLock { (Array($0.records.values), $0.collectors) }
    return records.map(\.family) + collectors.flatMap { $0() }
  }

  /// The instrument of a series. One that belongs to no series where the registry is full, or where the metric is
  /// of another kind.
  func instrument<Made: Instrument>(_ label: String, _ dimensions: [(String, String)]) -> Made {
    let name = MetricName.canonical(label, Made.kind)
    let labels = LabelSet(dimensions, bytesMax: limits.labelBytesMax)
    let description = descriptions[name] ?? MetricDescription(name, Made.kind, "")
    let made: Made? = state.withLock { state in
      guard state.records[name] != nil || state.records.count < limits.metricsMax else { return nil }
      return state.records[name, default: MetricRecord(description)]
        .instrument(labels, seriesMax: limits.seriesPerMetricMax)
    }
    return made ?? Made(description)
  }

  func forget(_ instrument: AnyObject) {
    state.withLock { state in
      for name in state.records.keys where state.records[name]?.remove(instrument) == true { return }
    }
  }
}
