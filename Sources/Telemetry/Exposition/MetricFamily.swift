/// A metric with all its series, at one moment.
package struct MetricFamily: Sendable, Hashable {
  package let description: MetricDescription
  package let samples: [MetricSample]

  package init(_ description: MetricDescription, _ samples: [MetricSample]) {
    self.description = description
    self.samples = samples
  }

  /// One number without labels.
  package init(_ description: MetricDescription, _ number: Double) {
    self.init(description, [MetricSample(.number(number))])
  }
}
