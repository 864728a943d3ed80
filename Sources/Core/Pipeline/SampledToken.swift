/// What the last stage answers for a segment that samples.
package struct SampledToken: Sendable, Hashable {
  package var sequence: SequenceID
  /// The position the token will take: one past the segment's last row.
  package var position: Int
  package var choice: TokenLogprob
  /// The most probable tokens, best first, ties by lower id; as many as the sequence asked for.
  package var top: [TokenLogprob]

  package init(sequence: SequenceID, position: Int, choice: TokenLogprob, top: [TokenLogprob]) {
    self.sequence = sequence
    self.position = position
    self.choice = choice
    self.top = top
  }
}
