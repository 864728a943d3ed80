internal import Core

/// A row of a microbatch whose logits are wanted, and what for.
struct ProjectedRow {
  /// Its number in the microbatch.
  var row: Int
  var sequence: SequenceID
  /// Of the token that follows the row.
  var position: Int
  /// Whether to tell how probable the prompt's token at `position` was.
  var scores = false
  /// Whether to pick the token for `position`.
  var samples = false
  /// Tokens up to the row that the microbatch brought and that its sequence's counts do not have.
  var newTokens: [TokenID] = []
}
