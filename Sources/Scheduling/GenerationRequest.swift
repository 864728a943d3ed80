package import Core

/// A checked request, in tokens.
package struct GenerationRequest: Sendable, Hashable {
  package var sequence: SequenceID
  /// At least one token.
  package var prompt: [TokenID]
  package var sampling: SamplingParameters
  /// Most tokens to generate, at least 1; with the prompt at most the context's length.
  package var maxTokens: Int
  /// Each ends the sequence when sampled.
  package var stopIDs: Set<TokenID>

  package init(
    sequence: SequenceID, prompt: [TokenID], sampling: SamplingParameters, maxTokens: Int, stopIDs: Set<TokenID>
  ) {
    self.sequence = sequence
    self.prompt = prompt
    self.sampling = sampling
    self.maxTokens = maxTokens
    self.stopIDs = stopIDs
  }
}
