package import Core

/// One stage of a pipeline and the worker that holds it.
package struct StagePlacement: Sendable, Hashable {
  package var worker: WorkerID
  package var range: StageRange
  /// What the stage keeps resident.
  package var bytes: ByteCount

  package init(worker: WorkerID, range: StageRange, bytes: ByteCount) {
    self.worker = worker
    self.range = range
    self.bytes = bytes
  }
}
