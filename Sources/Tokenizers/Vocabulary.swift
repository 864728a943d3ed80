import Core

/// The bytes of every token by its id, in one flat array.
struct Vocabulary: Sendable {
  private enum Kind: Sendable {
    case unused
    case plain
    case special
  }

  private var kinds: [Kind]
  private var starts: [Int]
  private var ends: [Int]
  private var storage: [UInt8] = []

  /// - Parameter count: one past the highest id.
  init(count: Int) {
    kinds = Array(repeating: .unused, count: count)
    starts = Array(repeating: 0, count: count)
    ends = starts
  }

  var count: Int { kinds.count }

  func isUsed(_ id: TokenID) -> Bool { Int(id) < count && kinds[Int(id)] != .unused }
  func isSpecial(_ id: TokenID) -> Bool { kinds[Int(id)] == .special }
  func bytes(of id: TokenID) -> ArraySlice<UInt8> { storage[starts[Int(id)]..<ends[Int(id)]] }

  /// Makes room for ids below `count`.
  mutating func extend(to count: Int) {
    let added = max(0, count - self.count)
    kinds += repeatElement(.unused, count: added)
    starts += repeatElement(0, count: added)
    ends += repeatElement(0, count: added)
  }

  /// Sets what `id`, below `count`, stands for.
  mutating func set(_ id: TokenID, _ bytes: some Sequence<UInt8>, isSpecial: Bool = false) {
    starts[Int(id)] = storage.count
    storage.append(contentsOf: bytes)
    ends[Int(id)] = storage.count
    kinds[Int(id)] = isSpecial ? .special : .plain
  }
}
