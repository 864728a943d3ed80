package import COctavoProto
package import Core

/// Asks a worker to drop a stage.
package struct UnloadRequest: Sendable, Hashable {
  package var stage: StageID

  package init(stage: StageID) { self.stage = stage }
}

extension UnloadRequest: WireMessage {
  package init(reading wire: Octavo__V1__UnloadRequest) throws(OctavoError) {
    self.init(stage: try Reading.message(wire.stage, "stage"))
  }

  package func write(to wire: inout Octavo__V1__UnloadRequest, in arena: Arena) {
    wire.stage = arena.message(stage)
  }
}
