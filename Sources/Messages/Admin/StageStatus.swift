package import COctavoProto
package import Core

/// A stage, where it is and how far it has loaded.
package struct StageStatus: Sendable, Hashable {
  package var stage: StageID
  package var worker: WorkerID
  package var range: StageRange
  package var memoryBytes: Int
  /// 0 to 1.
  package var loadedFraction: Float

  package init(stage: StageID, worker: WorkerID, range: StageRange, memoryBytes: Int, loadedFraction: Float) {
    self.stage = stage
    self.worker = worker
    self.range = range
    self.memoryBytes = memoryBytes
    self.loadedFraction = loadedFraction
  }
}

extension StageStatus: WireMessage {
  package init(reading wire: Octavo__V1__StageStatus) throws(OctavoError) {
    self.init(
      stage: try Reading.message(wire.stage, "stages.stage"),
      worker: WorkerID(try Reading.text(wire.worker, "stages.worker")),
      range: try Reading.message(wire.range, "stages.range"),
      memoryBytes: try Reading.count(wire.memory_bytes, "stages.memory_bytes"),
      loadedFraction: try Reading.fraction(wire.loaded_fraction, "stages.loaded_fraction"))
  }

  package func write(to wire: inout Octavo__V1__StageStatus, in arena: Arena) {
    wire.stage = arena.message(stage)
    wire.worker = arena.text(worker.rawValue)
    wire.range = arena.message(range)
    wire.memory_bytes = UInt64(memoryBytes)
    wire.loaded_fraction = loadedFraction
  }
}
