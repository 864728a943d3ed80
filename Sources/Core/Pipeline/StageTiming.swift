/// What one stage spent on one microbatch, and what it did since the one before, in nanoseconds of its own clock.
package struct StageTiming: Sendable, Hashable {
  /// Idle before the microbatch came: the pipeline's bubble.
  package var idleNs: UInt64
  /// From the microbatch's arrival to its start.
  package var queuedNs: UInt64
  package var runNs: UInt64
  /// From handing the microbatch before this one to the network until it was taken; 0 for the first.
  package var sendNs: UInt64
  /// Of the frame as it came.
  package var receivedBytes: UInt64

  package init(
    idleNs: UInt64 = 0, queuedNs: UInt64 = 0, runNs: UInt64 = 0, sendNs: UInt64 = 0, receivedBytes: UInt64 = 0
  ) {
    self.idleNs = idleNs
    self.queuedNs = queuedNs
    self.runNs = runNs
    self.sendNs = sendNs
    self.receivedBytes = receivedBytes
  }
}
