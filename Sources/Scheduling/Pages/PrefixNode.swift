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

/// Numbers a node; never used twice.
struct NodeID: Sendable, Hashable {
  var number: UInt64
}

/// What comes before a node's tokens.
enum PrefixPlace: Sendable, Hashable {
  /// Nothing: each tenant begins at a root of its own.
  case root(TenantID)
  case node(NodeID)
}

/// Where a node stands, and its content.
struct PrefixKey: Sendable, Hashable {
  let parent: PrefixPlace
  let tokens: [TokenID]
}
