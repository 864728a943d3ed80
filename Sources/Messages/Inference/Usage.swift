package import COctavoProto
package import Core

/// What an answer took.
package struct Usage: Sendable, Hashable {
  package var promptTokens: Int
  package var generatedTokens: Int
  /// From the request's arrival to its admission.
  package var queueMs: Double
  /// From admission to the first token.
  package var prefillMs: Double
  /// From the first token to the last.
  package var decodeMs: Double
  /// Of the prompt, computed by requests before.
  package var cachedTokens: Int

  package init(
    promptTokens: Int, generatedTokens: Int, queueMs: Double, prefillMs: Double, decodeMs: Double,
    cachedTokens: Int = 0
  ) {
    self.promptTokens = promptTokens
    self.generatedTokens = generatedTokens
    self.queueMs = queueMs
    self.prefillMs = prefillMs
    self.decodeMs = decodeMs
    self.cachedTokens = cachedTokens
  }
}

extension Usage: WireMessage {
  package init(reading wire: Octavo__V1__Usage) throws(OctavoError) {
    self.init(
      promptTokens: Int(wire.prompt_tokens), generatedTokens: Int(wire.generated_tokens), queueMs: wire.queue_ms,
      prefillMs: wire.prefill_ms, decodeMs: wire.decode_ms,
      cachedTokens: Int(wire.cached_tokens))
  }

  package func write(to wire: inout Octavo__V1__Usage, in arena: Arena) {
    wire.prompt_tokens = UInt32(promptTokens)
    wire.generated_tokens = UInt32(generatedTokens)
    wire.queue_ms = queueMs
    wire.prefill_ms = prefillMs
    wire.decode_ms = decodeMs
    wire.cached_tokens = UInt32(cachedTokens)
  }
}
