import Core

/// The free pages of one stage.
struct PagePool: Sendable {
  private var free: [PageID]

  /// Hands out the lowest ids first.
  init(pageCount: Int) {
    free = (0..<pageCount).reversed().map { PageID(UInt32($0)) }
  }

  var freeCount: Int { free.count }

  /// - Returns: `nil` when none is free.
  mutating func take() -> PageID? { free.popLast() }

  mutating func give(back page: PageID) { free.append(page) }
}
