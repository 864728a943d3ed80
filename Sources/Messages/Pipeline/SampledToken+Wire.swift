package import COctavoProto
package import Core

extension SampledToken: WireMessage {
  package init(reading wire: Octavo__V1__SampledToken) throws(OctavoError) {
    let logprobs: TokenLogprobs = try Reading.message(wire.logprobs, "tokens.logprobs")
    self.init(
      sequence: SequenceID(wire.sequence), position: Int(wire.position), choice: logprobs.token, top: logprobs.top)
  }

  package func write(to wire: inout Octavo__V1__SampledToken, in arena: Arena) {
    wire.sequence = sequence.rawValue
    wire.position = UInt32(position)
    wire.logprobs = arena.message(TokenLogprobs(token: choice, top: top))
  }
}
