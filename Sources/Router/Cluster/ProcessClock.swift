import Core

/// The process's monotonic clock, as moments that pure cores take.
struct ProcessClock: Sendable {
  private let start = ContinuousClock.now

  var now: Moment {
    let elapsed = ContinuousClock.now - start
    let (seconds, attoseconds) = elapsed.components
    return Moment(nanoseconds: UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
  }
}
