package import COctavoProto
package import Core

/// A microbatch with the activations that enter the stage it goes to.
package struct Frame: Sendable, Hashable {
  package var microbatch: Microbatch
  /// Rows x hidden size, row-major, in the instance's wire format; empty on the way into the first stage.
  package var activations: [UInt8]
  /// Of the stages behind, first stage first: fewer than a pipeline may have.
  package var timings: [StageTiming]

  package init(microbatch: Microbatch, activations: [UInt8] = [], timings: [StageTiming] = []) {
    self.microbatch = microbatch
    self.activations = activations
    self.timings = timings
  }
}

extension Frame: WireMessage {
  package init(reading wire: Octavo__V1__Frame) throws(OctavoError) {
    self.init(
      microbatch: Microbatch(
        id: MicrobatchID(wire.microbatch), epoch: Epoch(wire.epoch),
        route: try Reading.messages(wire.n_route, wire.route),
        closings: Reading.array(wire.n_closings, wire.closings).map(SequenceID.init(_:)),
        openings: try Reading.messages(wire.n_openings, wire.openings),
        segments: try Reading.messages(wire.n_segments, wire.segments)),
      activations: Array(Reading.bytes(wire.activations)),
      timings: try Reading.messages(wire.n_timings, wire.timings, most: Limits.stagesMax - 1, "timings"))
  }

  package func write(to wire: inout Octavo__V1__Frame, in arena: Arena) {
    wire.microbatch = microbatch.id.rawValue
    wire.epoch = microbatch.epoch.rawValue
    (wire.n_route, wire.route) = arena.messages(microbatch.route)
    (wire.n_closings, wire.closings) = arena.array(microbatch.closings.map(\.rawValue))
    (wire.n_openings, wire.openings) = arena.messages(microbatch.openings)
    (wire.n_segments, wire.segments) = arena.messages(microbatch.segments)
    wire.activations = arena.bytes(activations)
    (wire.n_timings, wire.timings) = arena.messages(timings)
  }
}
