import Core

/// The free pages of one stage. Every page is free or in one sequence's hands.
struct PagePool: Sendable {
  private var free: [PageID]

  /// Hands out the lowest ids first.
  init(pageCount: Int) {
    free = (0..<pageCount).reversed().map { PageID(UInt32($0)) }
  }

  var freeCount: Int { free.count }

  /// - Precondition: the pages were reserved, hence are there.
  mutating func take(_ count: Int) -> [PageID] {
    precondition(count <= free.count, "\(count) pages wanted of \(free.count): reserved but not free")
    defer { free.removeLast(count) }
    return free.suffix(count).reversed()
  }

  mutating func give(back pages: [PageID]) { free.append(contentsOf: pages.reversed()) }
}
