internal import CoreMetrics
internal import Synchronization

/// A count that only grows. Whole amounts and fractions are kept apart, so that whole ones stay exact.
final class CounterInstrument: Instrument, CounterHandler, FloatingPointCounterHandler {
  static let kind = MetricKind.counter

  private let whole = Atomic<UInt64>(0)
  private let fractions = AtomicDouble()

  init(_ description: MetricDescription) {}

  /// Nothing for an amount below 0: a count never sinks.
  func increment(by amount: Int64) {
    guard amount > 0 else { return }
    whole.wrappingAdd(UInt64(amount), ordering: .relaxed)
  }

  /// Nothing for an amount below 0, without bound or not a number.
  func increment(by amount: Double) {
    guard amount > 0, amount.isFinite else { return }
    fractions.add(amount)
  }

  func reset() {
    whole.store(0, ordering: .relaxed)
    fractions.set(0)
  }

  var reading: MetricReading { .number(Double(whole.load(ordering: .relaxed)) + fractions.value) }
}
