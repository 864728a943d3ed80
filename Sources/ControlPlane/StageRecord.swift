package import Core

/// A stage that has been placed.
package struct StageRecord: Sendable, Hashable {
  package var worker: WorkerID
  package var address: String
  package var range: StageRange
  /// As predicted by the placement, then as the worker reports.
  package var memory: ByteCount
  /// 0 to 1.
  package var loadedFraction: Float = 0
  package var isLoaded = false

  package init(worker: WorkerID, address: String, range: StageRange, memory: ByteCount) {
    self.worker = worker
    self.address = address
    self.range = range
    self.memory = memory
  }
}
