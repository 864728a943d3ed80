/// Makes a sequence known to a stage: all that is needed to rebuild it.
package struct SequenceOpening: Sendable, Hashable {
  package var sequence: SequenceID
  /// The request whose sequence it is, for logs.
  package var request: RequestID
  package var sampling: SamplingParameters
  /// Every token so far, those whose KV is still to be computed included.
  package var tokens: [TokenID]
  /// How many of the tokens are the prompt: penalties and scores tell them from generated ones.
  package var promptCount: Int
  /// Positions whose K and V other sequences computed: whole pages, the first that the sequence is granted. Its rows
  /// begin after them.
  package var cachedCount: Int

  /// - Parameters:
  ///   - request: `nil` to name it after the sequence.
  ///   - promptCount: `nil` for all tokens.
  package init(
    sequence: SequenceID, request: RequestID? = nil, sampling: SamplingParameters, tokens: [TokenID],
    promptCount: Int? = nil, cachedCount: Int = 0
  ) {
    self.sequence = sequence
    self.request = request ?? RequestID(number: sequence.rawValue)
    self.sampling = sampling
    self.tokens = tokens
    self.promptCount = promptCount ?? tokens.count
    self.cachedCount = cachedCount
  }
}
