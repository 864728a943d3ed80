package import COctavoProto
package import Core

extension SequenceOpening: WireMessage {
  package init(reading wire: Octavo__V1__SequenceOpening) throws(OctavoError) {
    self.init(
      sequence: SequenceID(wire.sequence),
      request: try RequestID(try Reading.text(wire.request, "openings.request")),
      sampling: try Reading.message(wire.sampling, "openings.sampling"),
      tokens: Reading.array(wire.n_tokens, wire.tokens), promptCount: Int(wire.prompt_count),
      cachedCount: Int(wire.cached_count))
  }

  package func write(to wire: inout Octavo__V1__SequenceOpening, in arena: Arena) {
    wire.sequence = sequence.rawValue
    wire.request = arena.text(request.text)
    wire.sampling = arena.message(sampling)
    (wire.n_tokens, wire.tokens) = arena.array(tokens)
    wire.prompt_count = UInt32(promptCount)
    wire.cached_count = UInt32(cachedCount)
  }
}
