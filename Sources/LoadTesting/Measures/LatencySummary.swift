/// Many durations in seven numbers. A percentile is the least duration that so many of a hundred do not exceed, as
/// HdrHistogram rounds it up: to 0.1%.
package struct LatencySummary: Sendable, Hashable {
  package var count: Int
  /// The figures are 0 where nothing was recorded.
  package var meanMs: Double
  package var p50Ms: Double
  package var p90Ms: Double
  package var p95Ms: Double
  package var p99Ms: Double
  package var maxMs: Double

  package init(
    count: Int, meanMs: Double, p50Ms: Double, p90Ms: Double, p95Ms: Double, p99Ms: Double, maxMs: Double
  ) {
    self.count = count
    self.meanMs = meanMs
    self.p50Ms = p50Ms
    self.p90Ms = p90Ms
    self.p95Ms = p95Ms
    self.p99Ms = p99Ms
    self.maxMs = maxMs
  }
}
