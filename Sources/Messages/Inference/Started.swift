package import COctavoProto
package import Core

/// What was settled before the first token.
package struct Started: Sendable, Hashable {
  package var requestID: String
  package var model: ModelName
  package var seed: UInt64
  package var promptTokens: Int

  package init(requestID: String, model: ModelName, seed: UInt64, promptTokens: Int) {
    self.requestID = requestID
    self.model = model
    self.seed = seed
    self.promptTokens = promptTokens
  }
}

extension Started: WireMessage {
  package init(reading wire: Octavo__V1__Started) throws(OctavoError) {
    self.init(
      requestID: try Reading.text(wire.request_id, "started.request_id"),
      model: try ModelName(try Reading.text(wire.model, "started.model")),
      seed: wire.seed, promptTokens: Int(wire.prompt_tokens))
  }

  package func write(to wire: inout Octavo__V1__Started, in arena: Arena) {
    wire.request_id = arena.text(requestID)
    wire.model = arena.text(model.text)
    wire.seed = seed
    wire.prompt_tokens = UInt32(promptTokens)
  }
}
