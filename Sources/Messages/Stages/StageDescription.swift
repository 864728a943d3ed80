package import COctavoProto
package import Core

/// A stage that a worker holds.
package struct StageDescription: Sendable, Hashable {
  package var stage: StageID
  package var model: ModelName
  package var range: StageRange
  package var memoryBytes: Int
  package var sequencesOpen: Int

  package init(stage: StageID, model: ModelName, range: StageRange, memoryBytes: Int, sequencesOpen: Int) {
    self.stage = stage
    self.model = model
    self.range = range
    self.memoryBytes = memoryBytes
    self.sequencesOpen = sequencesOpen
  }
}

extension StageDescription: WireMessage {
  package init(reading wire: Octavo__V1__StageDescription) throws(OctavoError) {
    self.init(
      stage: try Reading.message(wire.stage, "stages.stage"),
      model: try ModelName(try Reading.text(wire.model, "stages.model")),
      range: try Reading.message(wire.range, "stages.range"),
      memoryBytes: try Reading.count(wire.memory_bytes, "stages.memory_bytes"),
      sequencesOpen: Int(wire.sequences_open))
  }

  package func write(to wire: inout Octavo__V1__StageDescription, in arena: Arena) {
    wire.stage = arena.message(stage)
    wire.model = arena.text(model.text)
    wire.range = arena.message(range)
    wire.memory_bytes = UInt64(memoryBytes)
    wire.sequences_open = UInt32(sequencesOpen)
  }
}
