/// Consecutive rows of one sequence in a microbatch.
package struct Segment: Sendable, Hashable {
  package var sequence: SequenceID
  /// The position of the first row, from 0.
  package var position: Int
  /// One token a row.
  package var tokens: [TokenID]
  /// Whether the last stage samples the token that follows the last row.
  package var samples: Bool
  /// Whether the last stage tells, for each row, how probable the prompt's next token was. The row of the prompt's
  /// last token has none.
  package var scores: Bool

  package init(sequence: SequenceID, position: Int, tokens: [TokenID], samples: Bool, scores: Bool = false) {
    self.sequence = sequence
    self.position = position
    self.tokens = tokens
    self.samples = samples
    self.scores = scores
  }
}
