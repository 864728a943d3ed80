/// A binary heap of numbers, the lowest first.
struct MinimumHeap {
  private var entries: [UInt64]

  /// In time linear in the number of entries.
  init(_ entries: [UInt64] = []) {
    self.entries = entries
    for place in stride(from: entries.count / 2 - 1, through: 0, by: -1) { siftDown(from: place) }
  }

  mutating func insert(_ entry: UInt64) {
    entries.append(entry)
    var place = entries.count - 1
    while place > 0 {
      let parent = (place - 1) / 2
      if entries[parent] <= entry { break }
      entries[place] = entries[parent]
      place = parent
    }
    entries[place] = entry
  }

  mutating func popMinimum() -> UInt64? {
    guard let minimum = entries.first, let last = entries.popLast() else { return nil }
    if !entries.isEmpty {
      entries[0] = last
      siftDown(from: 0)
    }
    return minimum
  }

  private mutating func siftDown(from start: Int) {
    let entry = entries[start]
    var place = start
    while true {
      var child = 2 * place + 1
      if child >= entries.count { break }
      if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
      if entry <= entries[child] { break }
      entries[place] = entries[child]
      place = child
    }
    entries[place] = entry
  }
}
