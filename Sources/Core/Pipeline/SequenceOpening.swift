/// Makes a sequence known to a stage: all that is needed to rebuild it.
package struct SequenceOpening: Sendable, Hashable {
  package var sequence: SequenceID
  package var sampling: SamplingParameters
  /// Every token so far, those whose KV is still to be computed included.
  package var tokens: [TokenID]

  package init(sequence: SequenceID, sampling: SamplingParameters, tokens: [TokenID]) {
    self.sequence = sequence
    self.sampling = sampling
    self.tokens = tokens
  }
}
