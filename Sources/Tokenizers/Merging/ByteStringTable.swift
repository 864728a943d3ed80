import Core

/// A hash from byte strings to token ids: one flat array of slots, one of bytes.
///
/// Bytes are compared as they are; `String` would take canonically equivalent spellings for equal.
struct ByteStringTable: Sendable {
  private struct Slot {
    var hash: UInt32
    /// Where the key begins in `bytes`.
    var start: UInt32
    var length: UInt32
    /// `free` where the slot holds nothing.
    var id: TokenID
  }

  private static let free = TokenID.max
  private var slots: [Slot]
  private var bytes: [UInt8] = []
  private(set) var count = 0
  /// Random, so that no file can be made to collide.
  private let basis = UInt64.random(in: .min ... .max)

  init(minimumCapacity: Int) {
    let bits = max(4, Int.bitWidth - (2 * minimumCapacity).leadingZeroBitCount)
    slots = Array(repeating: Slot(hash: 0, start: 0, length: 0, id: Self.free), count: 1 << bits)
  }

  func id(of key: Span<UInt8>) -> TokenID? {
    let found = slots[slot(of: key, hash: hash(key))].id
    return found == Self.free ? nil : found
  }

  /// - Returns: whether `key` is new; the id of one that is not stays.
  mutating func insert(_ key: Span<UInt8>, id: TokenID) -> Bool {
    if count * 2 >= slots.count { grow() }
    let hash = self.hash(key)
    let index = slot(of: key, hash: hash)
    guard slots[index].id == Self.free else { return false }
    slots[index] = Slot(hash: hash, start: UInt32(bytes.count), length: UInt32(key.count), id: id)
    for position in key.indices { bytes.append(key[position]) }
    count += 1
    return true
  }

  private func slot(of key: Span<UInt8>, hash: UInt32) -> Int {
    let mask = slots.count &- 1
    var index = Int(hash) & mask
    while slots[index].id != Self.free, !holds(key, hash, slots[index]) { index = (index &+ 1) & mask }
    return index
  }

  private func holds(_ key: Span<UInt8>, _ hash: UInt32, _ slot: Slot) -> Bool {
    guard slot.hash == hash, Int(slot.length) == key.count else { return false }
    let start = Int(slot.start)
    for position in key.indices where bytes[start &+ position] != key[position] { return false }
    return true
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Slot(hash: 0, start: 0, length: 0, id: Self.free), count: old.count * 2)
    for entry in old where entry.id != Self.free {
      var index = Int(entry.hash) & (slots.count - 1)
      while slots[index].id != Self.free { index = (index + 1) & (slots.count - 1) }
      slots[index] = entry
    }
  }

  /// FNV-1a's step in 64 bits, folded so that the low bits see all of it.
  private func hash(_ key: Span<UInt8>) -> UInt32 {
    var hash = basis
    for index in key.indices { hash = (hash ^ UInt64(key[index])) &* 0x100_0000_01B3 }
    return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
  }
}
