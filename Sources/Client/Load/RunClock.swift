import Core

/// The monotonic clock of a run as moments, and back.
struct RunClock: Sendable {
  private let origin = ContinuousClock.now

  var now: Moment {
    let (seconds, attoseconds) = (ContinuousClock.now - origin).components
    return Moment(nanoseconds: UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
  }

  /// Sleeps until `moment` at the earliest.
  ///
  /// - Throws: CANCELLED with its task.
  func sleep(until moment: Moment) async throws(OctavoError) {
    let deadline = origin + .nanoseconds(Int64(clamping: moment.nanoseconds))
    do {
      try await Task.sleep(until: deadline, tolerance: .zero, clock: .continuous)
    } catch {
      throw OctavoError(wrapping: error)
    }
  }
}
