import Core

/// Sixteen tokens at one place of the prefix tree.
struct PrefixNode: Sendable {
  enum State: Sendable {
    /// A running sequence will send the rows.
    case promised(SequenceID)
    /// The rows have left: later microbatches may read the block.
    case computed(BlockID)
  }

  let key: PrefixKey
  var state: State
  var childCount = 0
  /// Sequences that go on when the rows have left.
  var waiting: [SequenceID] = []
}
