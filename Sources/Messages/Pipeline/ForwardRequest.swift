package import COctavoProto
package import Core

/// A message on a Forward call: the handshake first, then frames.
package enum ForwardRequest: Sendable, Hashable {
  case handshake(Handshake)
  case frame(Frame)
}

extension ForwardRequest: WireMessage {
  package init(reading wire: Octavo__V1__ForwardRequest) throws(OctavoError) {
    switch wire.message_case {
    case OCTAVO__V1__FORWARD_REQUEST__MESSAGE_HANDSHAKE:
      self = .handshake(try Reading.message(wire.handshake, "handshake"))
    case OCTAVO__V1__FORWARD_REQUEST__MESSAGE_FRAME:
      self = .frame(try Reading.message(wire.frame, "frame"))
    default:
      throw OctavoError(.invalidArgument, "a Forward message holds neither a handshake nor a frame")
    }
  }

  package func write(to wire: inout Octavo__V1__ForwardRequest, in arena: Arena) {
    switch self {
    case .handshake(let handshake):
      wire.message_case = OCTAVO__V1__FORWARD_REQUEST__MESSAGE_HANDSHAKE
      wire.handshake = arena.message(handshake)
    case .frame(let frame):
      wire.message_case = OCTAVO__V1__FORWARD_REQUEST__MESSAGE_FRAME
      wire.frame = arena.message(frame)
    }
  }
}
