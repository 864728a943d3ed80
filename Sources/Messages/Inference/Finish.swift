package import COctavoProto
package import Core

/// Why an answer ended, and what it took.
package struct Finish: Sendable, Hashable {
  package var reason: FinishReason
  package var usage: Usage

  package init(reason: FinishReason, usage: Usage) {
    self.reason = reason
    self.usage = usage
  }
}

extension Finish: WireMessage {
  package init(reading wire: Octavo__V1__Finish) throws(OctavoError) {
    switch wire.reason {
    case OCTAVO__V1__FINISH_REASON__FINISH_REASON_STOP: reason = .stop
    case OCTAVO__V1__FINISH_REASON__FINISH_REASON_LENGTH: reason = .length
    default: throw .invalid("finish.reason", "\(wire.reason.rawValue)", "this client knows STOP and LENGTH")
    }
    usage = try Reading.message(wire.usage, "finish.usage")
  }

  package func write(to wire: inout Octavo__V1__Finish, in arena: Arena) {
    wire.reason =
      switch reason {
      case .stop: OCTAVO__V1__FINISH_REASON__FINISH_REASON_STOP
      case .length: OCTAVO__V1__FINISH_REASON__FINISH_REASON_LENGTH
      }
    wire.usage = arena.message(usage)
  }
}
