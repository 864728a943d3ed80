internal import Core

/// Who holds a stage's pages, and which of them others may read. Values only: it computes nothing.
///
/// A page is granted to a sequence either as its own, to be written, or as a cached one, to be read: K and V that
/// another sequence computed. One sequence at most holds it as its own, any number as cached.
struct PageTable {
  /// How many open sequences hold a page, by its number.
  private var holders: [UInt32]
  /// Whether all positions of a page were computed since it was last granted as somebody's own. It stays so when
  /// nobody holds the page any more.
  private var filled: [Bool]
  private(set) var freeCount: Int

  init(count: Int) {
    holders = Array(repeating: 0, count: count)
    filled = Array(repeating: false, count: count)
    freeCount = count
  }

  var count: Int { holders.count }

  func holderCount(_ page: UInt32) -> UInt32 { holders[Int(page)] }
  func isFilled(_ page: UInt32) -> Bool { filled[Int(page)] }

  /// Grants a page that nobody holds as somebody's own: what it held is lost.
  mutating func own(_ page: UInt32) {
    filled[Int(page)] = false
    hold(page)
  }

  /// Grants a page as a cached one.
  mutating func hold(_ page: UInt32) {
    if holders[Int(page)] == 0 { freeCount -= 1 }
    holders[Int(page)] += 1
  }

  mutating func release(_ page: UInt32) {
    holders[Int(page)] -= 1
    if holders[Int(page)] == 0 { freeCount += 1 }
  }

  mutating func fill(_ page: UInt32) { filled[Int(page)] = true }
}
