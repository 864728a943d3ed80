/// Metrics as text, in Prometheus's format 0.0.4: by name, each metric's series by their labels.
///
/// Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>.
package struct Exposition {
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  package private(set) var text = ""

  /// - Parameter families: in any order; those without series are left out.
  package init(_ families: [MetricFamily]) {
    for family in families.sorted(by: { $0.description.name < $1.description.name }) { write(family) }
  }

  private mutating func write(_ family: MetricFamily) {
    guard !family.samples.isEmpty else { return }
    let description = family.description
    if !description.help.isEmpty { text += "# HELP \(description.name) \(Self.escaped(description.help))\n" }
    text += "# TYPE \(description.name) \(description.kind.rawValue)\n"
    for sample in family.samples.sorted(by: { $0.labels < $1.labels }) {
      switch sample.reading {
      case .number(let value): line(description.name, sample.labels, value)
      case .histogram(let histogram): write(histogram, description.name, sample.labels)
      }
    }
  }

  private mutating func write(_ histogram: HistogramReading, _ name: String, _ labels: LabelSet) {
    var count: UInt64 = 0
    for (bound, values) in zip(histogram.buckets.bounds.map { "\($0)" } + ["+Inf"], histogram.counts) {
      count += values
      line(name + "_bucket", labels, Double(count), le: bound)
    }
    line(name + "_sum", labels, histogram.sum)
    line(name + "_count", labels, Double(count))
  }

  private mutating func line(_ name: String, _ labels: LabelSet, _ value: Double, le: String? = nil) {
    var pairs = labels.labels.map { label in "\(label.name)=\"\(Self.escaped(label.value, quote: true))\"" }
    if let le { pairs.append("le=\"\(le)\"") }
    let braces = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
    text += "\(name)\(braces) \(Self.number(value))\n"
  }
}
