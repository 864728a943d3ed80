package import Core

/// The bounds of one pipeline.
package struct SchedulerLimits: Sendable, Hashable {
  package var capacity: StageCapacity
  /// Requests that wait for admission; one more is refused.
  package var waitingMax: Int
  /// Microbatches with rows that are on their way at once.
  package var inFlightMax: Int

  /// - Throws: INVALID_ARGUMENT for limits that no sequence could live under.
  package init(
    capacity: StageCapacity, waitingMax: Int = Limits.requestsWaitingMax, inFlightMax: Int = 1
  ) throws(OctavoError) {
    guard capacity.contextLength > 0, capacity.sequencesMax > 0 else {
      throw .invalid(
        "capacity", "\(capacity.sequencesMax) sequences of \(capacity.contextLength)", "both must be at least 1")
    }
    guard capacity.rowsMax >= capacity.sequencesMax else {
      throw .invalid(
        "rows of a microbatch", "\(capacity.rowsMax)",
        "allow at least one row for each of \(capacity.sequencesMax) sequences")
    }
    guard waitingMax >= 0, inFlightMax >= 1 else {
      throw .invalid("scheduler limits", "\(waitingMax) waiting, \(inFlightMax) in flight", "at least 0 and 1")
    }
    self.capacity = capacity
    self.waitingMax = waitingMax
    self.inFlightMax = inFlightMax
  }
}
