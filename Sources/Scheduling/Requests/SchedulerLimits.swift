package import Core

/// The bounds of one pipeline's scheduler.
package struct SchedulerLimits: Sendable, Hashable {
  package var capacity: StageCapacity
  /// Requests that wait for admission; one more is refused.
  package var waitingMax: Int
  /// Microbatches with rows that are on their way at once, whatever the pace asks for.
  package var inFlightMax: Int
  /// How much longer, at most, a microbatch with decoding rows may take for the rows of prompts beside them.
  package var slowdownMax: Double
  /// Waiting so long counts as one more priority, in nanoseconds.
  package var agingNs: UInt64

  /// - Throws: INVALID_ARGUMENT for limits that no sequence could live under.
  package init(
    capacity: StageCapacity, waitingMax: Int = Limits.requestsWaitingByDefault, inFlightMax: Int = 1_024,
    slowdownMax: Double = 1.6, agingNs: UInt64 = 10_000_000_000
  ) throws(OctavoError) {
    try capacity.validate()
    guard waitingMax >= 0, inFlightMax >= 1 else {
      throw .invalid("scheduler limits", "\(waitingMax) waiting, \(inFlightMax) in flight", "at least 0 and 1")
    }
    guard slowdownMax >= 1, agingNs > 0 else {
      throw .invalid("scheduler limits", "slowdown \(slowdownMax), aging \(agingNs) ns", "at least 1, more than 0")
    }
    self.capacity = capacity
    self.waitingMax = waitingMax
    self.inFlightMax = inFlightMax
    self.slowdownMax = slowdownMax
    self.agingNs = agingNs
  }
}
