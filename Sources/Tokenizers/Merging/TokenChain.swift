import Core

/// A long word while it is merged: tokens in a doubly linked list, pairs that merge in a heap.
///
/// Entries of the heap are `rank << 32 | place` and are never removed when they grow stale; one is current
/// if its place still has a merge of its rank. Each merge adds at most two, so n tokens need at most 3 n.
struct TokenChain: ~Copyable {
  private static let none = UInt32.max

  private var tokens: [TokenID]
  /// For each place, what its token becomes with the next one; absent for places merged away.
  private var merges: [UInt64]
  private var previous: [UInt32]
  private var next: [UInt32]
  private var heap = MinimumHeap()

  /// - Parameter tokens: at least 2, fewer than 2^32 - 1.
  init(_ tokens: [TokenID], _ model: borrowing BytePairModel) {
    self.tokens = tokens
    let count = tokens.count
    merges = Array(repeating: PairTable.absent, count: count)
    previous = (0..<count).map { $0 == 0 ? Self.none : UInt32($0 - 1) }
    next = (0..<count).map { $0 == count - 1 ? Self.none : UInt32($0 + 1) }
    var entries: [UInt64] = []
    for place in 0..<count - 1 {
      merges[place] = model.merge(tokens[place], tokens[place + 1])
      if merges[place] != PairTable.absent { entries.append(Self.entry(merges[place], place)) }
    }
    heap = MinimumHeap(entries)
  }

  mutating func mergeAll(by model: borrowing BytePairModel) {
    while let entry = heap.popMinimum() {
      let place = Int(UInt32(truncatingIfNeeded: entry))
      let merge = merges[place]
      guard merge != PairTable.absent, merge >> 32 == entry >> 32 else { continue }
      join(place, into: TokenID(truncatingIfNeeded: merge))
      pair(place, model)
      if previous[place] != Self.none { pair(Int(previous[place]), model) }
    }
  }

  func append(to ids: inout [TokenID]) {
    var place: UInt32 = 0
    while place != Self.none {
      ids.append(tokens[Int(place)])
      place = next[Int(place)]
    }
  }

  /// Replaces the token at `place` and the one after it by `token`.
  private mutating func join(_ place: Int, into token: TokenID) {
    let removed = Int(next[place])
    let after = next[removed]
    tokens[place] = token
    merges[removed] = PairTable.absent
    next[place] = after
    if after != Self.none { previous[Int(after)] = UInt32(place) }
  }

  /// Finds out what the token at `place` becomes with the next one now.
  private mutating func pair(_ place: Int, _ model: borrowing BytePairModel) {
    let following = next[place]
    merges[place] =
      following == Self.none ? PairTable.absent : model.merge(tokens[place], tokens[Int(following)])
    if merges[place] != PairTable.absent { heap.insert(Self.entry(merges[place], place)) }
  }

  private static func entry(_ merge: UInt64, _ place: Int) -> UInt64 {
    (merge & ~0xFFFF_FFFF) | UInt64(place)
  }
}
