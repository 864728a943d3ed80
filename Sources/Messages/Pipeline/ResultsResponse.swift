package import COctavoProto
package import Core

/// What a last stage sampled for one microbatch.
package struct ResultsResponse: Sendable, Hashable {
  package var microbatch: MicrobatchID
  package var epoch: Epoch
  package var tokens: [SampledToken]

  package init(microbatch: MicrobatchID, epoch: Epoch, tokens: [SampledToken]) {
    self.microbatch = microbatch
    self.epoch = epoch
    self.tokens = tokens
  }
}

extension ResultsResponse: WireMessage {
  package init(reading wire: Octavo__V1__ResultsResponse) throws(OctavoError) {
    self.init(
      microbatch: MicrobatchID(wire.microbatch), epoch: Epoch(wire.epoch),
      tokens: try Reading.messages(wire.n_tokens, wire.tokens))
  }

  package func write(to wire: inout Octavo__V1__ResultsResponse, in arena: Arena) {
    wire.microbatch = microbatch.rawValue
    wire.epoch = epoch.rawValue
    (wire.n_tokens, wire.tokens) = arena.messages(tokens)
  }
}
