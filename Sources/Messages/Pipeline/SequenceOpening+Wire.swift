package import COctavoProto
package import Core

extension SequenceOpening: WireMessage {
  package init(reading wire: Octavo__V1__SequenceOpening) throws(OctavoError) {
    self.init(
      sequence: SequenceID(wire.sequence),
      sampling: try Reading.message(wire.sampling, "openings.sampling"),
      tokens: Reading.array(wire.n_tokens, wire.tokens))
  }

  package func write(to wire: inout Octavo__V1__SequenceOpening, in arena: Arena) {
    wire.sequence = sequence.rawValue
    wire.sampling = arena.message(sampling)
    (wire.n_tokens, wire.tokens) = arena.array(tokens)
  }
}
