package import COctavoProto
package import Core

extension Segment: WireMessage {
  package init(reading wire: Octavo__V1__Segment) throws(OctavoError) {
    self.init(
      sequence: SequenceID(wire.sequence), position: Int(wire.position),
      tokens: Reading.array(wire.n_tokens, wire.tokens), samples: wire.samples != 0,
      scores: wire.scores != 0)
  }

  package func write(to wire: inout Octavo__V1__Segment, in arena: Arena) {
    wire.sequence = sequence.rawValue
    wire.position = UInt32(position)
    (wire.n_tokens, wire.tokens) = arena.array(tokens)
    wire.samples = samples ? 1 : 0
    wire.scores = scores ? 1 : 0
  }
}
