/// When requests come.
package enum ArrivalPattern: Sendable, Hashable {
  /// Open loop: independent of one another and of every answer, so many a second on average.
  case poisson(perSecond: Double)
  /// Open loop: as recorded, so many times faster.
  case trace(ArrivalTrace, speed: Double)
  /// Closed loop: so many streams, each with its next request as soon as one has ended.
  case closed(streams: Int)

  /// Requests a second of an open loop.
  package static let rateMax = 100_000.0
  package static let speedRange = 1e-6...1e6
  package static let streamsMax = 16_384

  package var isOpen: Bool {
    if case .closed = self { false } else { true }
  }
}
