package import Core

/// A checked request for one continuation, in tokens.
package struct GenerationRequest: Sendable, Hashable {
  package var sequence: SequenceID
  /// For logs.
  package var id: RequestID
  package var tenant: TenantID
  /// Higher goes first.
  package var priority: Int
  /// At least one token.
  package var prompt: [TokenID]
  package var sampling: SamplingParameters
  /// Most tokens to generate, at least 1; with the prompt at most the context's length.
  package var maxTokens: Int
  /// Each ends the sequence when sampled.
  package var stopIDs: Set<TokenID>

  /// - Parameter id: `nil` to name it after the sequence.
  package init(
    sequence: SequenceID, id: RequestID? = nil, tenant: TenantID = .unnamed, priority: Int = 0, prompt: [TokenID],
    sampling: SamplingParameters, maxTokens: Int, stopIDs: Set<TokenID>
  ) {
    self.sequence = sequence
    self.id = id ?? RequestID(number: sequence.rawValue)
    self.tenant = tenant
    self.priority = priority
    self.prompt = prompt
    self.sampling = sampling
    self.maxTokens = maxTokens
    self.stopIDs = stopIDs
  }

  /// Whether it takes prefixes that others computed and leaves its own to them. Every row of a prompt that is scored
  /// has to be computed.
  var sharesPrefixes: Bool { sampling.promptLogprobs == nil }

  /// Pages that its longest possible life needs. The last token sampled is never a row.
  var pagesMax: Int { StageCapacity.pages(of: prompt.count + maxTokens - 1) }
}
