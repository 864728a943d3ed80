/// A histogram at one moment.
package struct HistogramReading: Sendable, Hashable {
  package let buckets: Buckets
  /// How many values fell into each bucket and no lower one; the last is the one without bound.
  package let counts: [UInt64]
  package let sum: Double

  package init(buckets: Buckets, counts: [UInt64], sum: Double) {
    precondition(counts.count == buckets.bounds.count + 1)
    self.buckets = buckets
    self.counts = counts
    self.sum = sum
  }
}
