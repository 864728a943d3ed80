/// What is known of a metric before anything is counted.
package struct MetricDescription: Sendable, Hashable {
  /// As it is exposed.
  package let name: String
  package let kind: MetricKind
  /// Names of the labels that every series has.
  package let labels: [String]
  /// One sentence: unit, range and what is counted.
  package let help: String
  /// Of a histogram.
  package let buckets: Buckets

  package init(
    _ name: String, _ kind: MetricKind, labels: [String] = [], buckets: Buckets = .requestSeconds, _ help: String
  ) {
    self.name = name
    self.kind = kind
    self.labels = labels
    self.help = help
    self.buckets = buckets
  }

  /// Every metric that Octavo has, in the order of docs/metrics.md.
  package static let all = ofRequests + ofScheduling + ofStages + ofProcess
}
