package import COctavoProto
package import Core

/// Asks a worker to drop a stage.
package struct UnloadRequest: Sendable, Hashable {
  package var stage: StageID
  /// The newest life of the stage that is meant; nil for any.
  package var epoch: Epoch?

  package init(stage: StageID, epoch: Epoch? = nil) {
    self.stage = stage
    self.epoch = epoch
  }
}

extension UnloadRequest: WireMessage {
  package init(reading wire: Octavo__V1__UnloadRequest) throws(OctavoError) {
    self.init(
      stage: try Reading.message(wire.stage, "stage"), epoch: wire.epoch == 0 ? nil : Epoch(wire.epoch))
  }

  package func write(to wire: inout Octavo__V1__UnloadRequest, in arena: Arena) {
    wire.stage = arena.message(stage)
    wire.epoch = epoch?.rawValue ?? 0
  }
}
