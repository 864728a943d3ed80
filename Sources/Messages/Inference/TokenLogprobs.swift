package import COctavoProto
package import Core

/// A chosen token and the most probable ones beside it.
package struct TokenLogprobs: Sendable, Hashable {
  package var token: TokenLogprob
  package var top: [TokenLogprob]

  package init(token: TokenLogprob, top: [TokenLogprob]) {
    self.token = token
    self.top = top
  }
}

extension TokenLogprobs: WireMessage {
  package init(reading wire: Octavo__V1__TokenLogprobs) throws(OctavoError) {
    self.init(
      token: try Reading.message(wire.token, "logprobs.token"), top: try Reading.messages(wire.n_top, wire.top))
  }

  package func write(to wire: inout Octavo__V1__TokenLogprobs, in arena: Arena) {
    wire.token = arena.message(token)
    (wire.n_top, wire.top) = arena.messages(top)
  }
}
