/// What stands behind one series and is counted in.
protocol Instrument: AnyObject, Sendable {
  static var kind: MetricKind { get }

  init(_ description: MetricDescription)

  /// What was counted so far.
  var reading: MetricReading { get }
}
