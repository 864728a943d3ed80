package import COctavoProto
package import Core

/// Opens the stream of what a last stage samples.
package struct ResultsRequest: Sendable, Hashable {
  package var handshake: Handshake

  package init(handshake: Handshake) { self.handshake = handshake }
}

extension ResultsRequest: WireMessage {
  package init(reading wire: Octavo__V1__ResultsRequest) throws(OctavoError) {
    self.init(handshake: try Reading.message(wire.handshake, "handshake"))
  }

  package func write(to wire: inout Octavo__V1__ResultsRequest, in arena: Arena) {
    wire.handshake = arena.message(handshake)
  }
}
