import Core

/// All blocks of a pipeline, with the pages that are free.
///
/// A block is held, or idle: kept for its content alone. Idle ones stand in the order in which they were let go.
struct BlockTable: Sendable {
  private var pools: [PagePool]
  private var blocks: [Block] = []
  private var unused: [BlockID] = []
  private var oldest: BlockID?
  private var newest: BlockID?
  private(set) var idleCount = 0

  init(stageCount: Int, pageCount: Int) {
    pools = Array(repeating: PagePool(pageCount: pageCount), count: stageCount)
  }

  /// Blocks that could be made without letting an idle one go.
  var freeCount: Int { pools.map(\.freeCount).min() ?? 0 }
  /// By stage.
  var freePages: [Int] { pools.map(\.freeCount) }
  /// The idle block that was let go first.
  var leastRecent: BlockID? { oldest }

  subscript(id: BlockID) -> Block { blocks[id.index] }

  /// A new block, held once; `nil` when a stage has no free page.
  mutating func make() -> BlockID? {
    guard freeCount > 0 else { return nil }
    var pages: [PageID] = []
    pages.reserveCapacity(pools.count)
    for stage in pools.indices { pages.append(pools[stage].take()!) }
    let block = Block(pages: pages, holderCount: 1, node: nil)
    guard let id = unused.popLast() else {
      blocks.append(block)
      return BlockID(index: blocks.count - 1)
    }
    blocks[id.index] = block
    return id
  }

  mutating func setNode(_ node: NodeID?, of id: BlockID) { blocks[id.index].node = node }

  mutating func hold(_ id: BlockID) {
    if blocks[id.index].holderCount == 0 { unlink(id) }
    blocks[id.index].holderCount += 1
  }

  /// Lets go of a block. Without a holder it stays idle if its content may be shared, and is free otherwise.
  mutating func release(_ id: BlockID) {
    blocks[id.index].holderCount -= 1
    guard blocks[id.index].holderCount == 0 else { return }
    if blocks[id.index].node == nil { free(id) } else { link(id) }
  }

  /// Frees an idle block whose content has been forgotten.
  mutating func evict(_ id: BlockID) {
    unlink(id)
    free(id)
  }

  private mutating func free(_ id: BlockID) {
    for (stage, page) in blocks[id.index].pages.enumerated() { pools[stage].give(back: page) }
    blocks[id.index].pages = []
    blocks[id.index].node = nil
    unused.append(id)
  }

  private mutating func link(_ id: BlockID) {
    blocks[id.index].older = newest
    blocks[id.index].newer = nil
    if let newest { blocks[newest.index].newer = id } else { oldest = id }
    newest = id
    idleCount += 1
  }

  private mutating func unlink(_ id: BlockID) {
    let (older, newer) = (blocks[id.index].older, blocks[id.index].newer)
    if let older { blocks[older.index].newer = newer } else { oldest = newer }
    if let newer { blocks[newer.index].older = older } else { newest = older }
    idleCount -= 1
  }
}
