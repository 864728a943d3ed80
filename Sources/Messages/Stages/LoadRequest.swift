package import COctavoProto
package import Core

/// Asks a worker to hold a stage.
package struct LoadRequest: Sendable, Hashable {
  package var handshake: Handshake
  package var model: ModelName
  package var range: StageRange
  package var capacity: StageCapacity
  /// HOST:PORT of the next stage's worker; nil at the last stage.
  package var nextAddress: String?

  package init(
    handshake: Handshake, model: ModelName, range: StageRange, capacity: StageCapacity, nextAddress: String?
  ) {
    self.handshake = handshake
    self.model = model
    self.range = range
    self.capacity = capacity
    self.nextAddress = nextAddress
  }
}

extension LoadRequest: WireMessage {
  package init(reading wire: Octavo__V1__LoadRequest) throws(OctavoError) {
    let next = try Reading.text(wire.next_address, "next_address")
    self.init(
      handshake: try Reading.message(wire.handshake, "handshake"),
      model: try ModelName(try Reading.text(wire.model, "model")),
      range: try Reading.message(wire.range, "range"),
      capacity: try Reading.message(wire.capacity, "capacity"),
      nextAddress: next.isEmpty ? nil : next)
    guard range.projects == (nextAddress == nil) else {
      throw .invalid("next_address", quoted(next), "the last stage has none, every other stage needs one")
    }
  }

  package func write(to wire: inout Octavo__V1__LoadRequest, in arena: Arena) {
    wire.handshake = arena.message(handshake)
    wire.model = arena.text(model.text)
    wire.range = arena.message(range)
    wire.capacity = arena.message(capacity)
    wire.next_address = arena.text(nextAddress ?? "")
  }
}
