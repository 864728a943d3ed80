import Core

/// What has been computed, or is about to be, by content: a node is 16 tokens after those of its parent.
///
/// A node has a block once its rows have left; until then it is promised by the sequence that computes it. Tokens are
/// compared, not only hashed, and each tenant has a root of its own. Numbers of nodes are never used twice.
struct PrefixTree: Sendable {
  private var nodes: [NodeID: PrefixNode] = [:]
  private var places: [PrefixKey: NodeID] = [:]
  private var nextNode: UInt64 = 0

  var count: Int { nodes.count }

  /// The node of `tokens` after `parent`.
  func node(_ tokens: ArraySlice<TokenID>, after parent: PrefixPlace) -> NodeID? {
    places[PrefixKey(parent: parent, tokens: Array(tokens))]
  }

  subscript(id: NodeID) -> PrefixNode { nodes[id]! }

  /// Adds a node that `sequence` will compute.
  ///
  /// - Precondition: there is none at its place.
  mutating func promise(_ tokens: ArraySlice<TokenID>, after parent: PrefixPlace, by sequence: SequenceID) -> NodeID {
    let id = NodeID(number: nextNode)
    nextNode += 1
    let key = PrefixKey(parent: parent, tokens: Array(tokens))
    nodes[id] = PrefixNode(key: key, state: .promised(sequence))
    places[key] = id
    if case .node(let parent) = parent { nodes[parent]!.childCount += 1 }
    return id
  }

  /// The promised rows have left.
  ///
  /// - Returns: who waited for them.
  mutating func fill(_ id: NodeID, with block: BlockID) -> [SequenceID] {
    nodes[id]!.state = .computed(block)
    defer { nodes[id]!.waiting = [] }
    return nodes[id]!.waiting
  }

  mutating func wait(_ sequence: SequenceID, for id: NodeID) { nodes[id]!.waiting.append(sequence) }

  mutating func stopWaiting(_ sequence: SequenceID, for id: NodeID) {
    nodes[id]?.waiting.removeAll { $0 == sequence }
  }

  /// Forgets a node without children: a promise that is not kept, or content that must go.
  ///
  /// - Returns: who waited for it.
  mutating func remove(_ id: NodeID) -> [SequenceID] {
    guard let node = nodes.removeValue(forKey: id) else { return [] }
    precondition(node.childCount == 0, "a prefix was forgotten before what follows it")
    places[node.key] = nil
    if case .node(let parent) = node.key.parent { nodes[parent]?.childCount -= 1 }
    return node.waiting
  }
}
