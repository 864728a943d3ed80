internal import Histogram

/// Durations with three significant digits, from a microsecond to an hour, in constant memory.
package struct LatencyHistogram: Sendable {
  /// A longer one counts as this.
  private static let microsecondsMax: UInt64 = 3_600_000_000

  private var histogram = Histogram<UInt64>(
    highestTrackableValue: microsecondsMax, numberOfSignificantValueDigits: .three)
  private var nanosecondsSum = 0.0

  package init() {}

  package mutating func record(nanoseconds: UInt64, count: UInt64 = 1) {
    let microseconds = nanoseconds / 1_000 + (nanoseconds % 1_000 >= 500 ? 1 : 0)
    histogram.record(min(microseconds, Self.microsecondsMax), count: count)
    nanosecondsSum += Double(nanoseconds) * Double(count)
  }

  package var summary: LatencySummary {
    func milliseconds(_ percentile: Double) -> Double { Double(histogram.valueAtPercentile(percentile)) / 1_000 }
    let count = Int(histogram.totalCount)
    return LatencySummary(
      count: count, meanMs: count == 0 ? 0 : nanosecondsSum / 1e6 / Double(count), p50Ms: milliseconds(50),
      p90Ms: milliseconds(90), p95Ms: milliseconds(95), p99Ms: milliseconds(99), maxMs: milliseconds(100))
  }
}
