import Core

/// The pages of a pipeline and what they contain.
///
/// Whoever holds a block holds those before it, and a sequence lets the last go first: so among idle blocks, what
/// follows a prefix always goes before it.
struct PageCache: Sendable {
  private var blocks: BlockTable
  private(set) var tree = PrefixTree()
  let pageCount: Int

  init(stageCount: Int, pageCount: Int) {
    blocks = BlockTable(stageCount: stageCount, pageCount: pageCount)
    self.pageCount = pageCount
  }

  /// Blocks that a sequence could get.
  var availableCount: Int { blocks.freeCount + blocks.idleCount }
  var idleCount: Int { blocks.idleCount }
  var freePages: [Int] { blocks.freePages }

  /// The pages of a block, by stage.
  func pages(of block: BlockID) -> [PageID] { blocks[block].pages }

  /// Whether nobody holds a block: taking it makes one less available.
  func isIdle(_ block: BlockID) -> Bool { blocks[block].holderCount == 0 }

  /// A block of one's own; the content that was let go first makes room for it. `nil` when all are held.
  mutating func make() -> BlockID? {
    if let block = blocks.make() { return block }
    guard let victim = blocks.leastRecent, let node = blocks[victim].node else { return nil }
    let waiting = tree.remove(node)
    assert(waiting.isEmpty, "nobody waits for what is computed")
    blocks.evict(victim)
    return blocks.make()
  }

  mutating func hold(_ block: BlockID) { blocks.hold(block) }
  mutating func release(_ block: BlockID) { blocks.release(block) }

  mutating func promise(_ tokens: ArraySlice<TokenID>, after parent: PrefixPlace, by sequence: SequenceID) -> NodeID {
    tree.promise(tokens, after: parent, by: sequence)
  }

  /// - Returns: who waited for the node.
  mutating func fill(_ node: NodeID, with block: BlockID) -> [SequenceID] {
    blocks.setNode(node, of: block)
    return tree.fill(node, with: block)
  }

  mutating func wait(_ sequence: SequenceID, for node: NodeID) { tree.wait(sequence, for: node) }
  mutating func stopWaiting(_ sequence: SequenceID, for node: NodeID) { tree.stopWaiting(sequence, for: node) }

  /// Takes promises back, the last one first.
  ///
  /// - Returns: who waited for them.
  mutating func breakPromises(_ nodes: [NodeID]) -> [SequenceID] {
    nodes.reversed().flatMap { tree.remove($0) }
  }
}
