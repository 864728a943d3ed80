internal import CoreMetrics

/// The last value set.
final class GaugeInstrument: Instrument, MeterHandler, RecorderHandler {
  static let kind = MetricKind.gauge

  private let value = AtomicDouble()

  init(_ description: MetricDescription) {}

  func set(_ value: Int64) { self.value.set(Double(value)) }
  func set(_ value: Double) { self.value.set(value) }
  func increment(by amount: Double) { value.add(amount) }
  func decrement(by amount: Double) { value.add(-amount) }
  func record(_ value: Int64) { set(value) }
  func record(_ value: Double) { set(value) }

  var reading: MetricReading { .number(value.value) }
}
