/// Consecutive rows of one sequence in a microbatch.
package struct Segment: Sendable, Hashable {
  package var sequence: SequenceID
  /// The position of the first row, from 0.
  package var position: Int
  /// One token a row.
  package var tokens: [TokenID]
  /// Whether the last stage samples the token that follows the last row.
  package var samples: Bool

  package init(sequence: SequenceID, position: Int, tokens: [TokenID], samples: Bool) {
    self.sequence = sequence
    self.position = position
    self.tokens = tokens
    self.samples = samples
  }
}
