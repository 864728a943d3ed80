internal import CoreMetrics
internal import Synchronization

/// How often values fell into each bucket. Its lock is its own: a scrape sees counts and sum of the same moment.
final class HistogramInstrument: Instrument, RecorderHandler, TimerHandler {
  static let kind = MetricKind.histogram

  private struct State {
    var counts: [UInt64]
    var sum = 0.0
  }

  private let buckets: Buckets
  private let state: Mutex<State>

  init(_ description: MetricDescription) {
    buckets = description.buckets
    state = Mutex(State(counts: Array(repeating: 0, count: buckets.bounds.count + 1)))
  }

  func record(_ value: Int64) { record(Double(value)) }

  /// Nothing for a value without bound or not a number: the sum would never recover.
  func record(_ value: Double) {
    guard value.isFinite else { return }
    let bucket = buckets.bounds.firstIndex { value <= $0 } ?? buckets.bounds.count
    state.withLock { state in
      state.counts[bucket] += 1
      state.sum += value
    }
  }

  /// Durations are counted in seconds, Prometheus's unit.
  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

  var reading: MetricReading {
    // Elements are copied: an array that is shared would be copied by the next value, on the hot path.
    let (counts, sum) = state.withLock { state in (state.counts.map { $0 }, state.sum) }
    return .histogram(HistogramReading(buckets: buckets, counts: counts, sum: sum))
  }
}
