/// One series at one moment.
package struct MetricSample: Sendable, Hashable {
  package let labels: LabelSet
  package let reading: MetricReading

  package init(_ reading: MetricReading, _ labels: LabelSet = LabelSet([])) {
    self.labels = labels
    self.reading = reading
  }
}
