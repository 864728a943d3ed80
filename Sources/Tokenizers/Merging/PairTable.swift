/// A hash of pairs of numbers in one flat array: open addressing, linear probing, at most half full.
///
/// Multiplicative hashing with a random odd factor is universal: no file can be made to collide.
struct PairTable: Sendable {
  /// What an absent pair yields; no value may equal it.
  static let absent = UInt64.max

  private struct Slot {
    /// `left << 32 | right`; a slot with an absent value is free.
    var key: UInt64
    var value: UInt64
  }

  private var slots: [Slot]
  private let shift: UInt64
  private let factor: UInt64
  private(set) var count = 0

  init(minimumCapacity: Int) {
    let bits = max(4, Int.bitWidth - (2 * minimumCapacity).leadingZeroBitCount)
    slots = Array(repeating: Slot(key: 0, value: Self.absent), count: 1 << bits)
    shift = UInt64(64 - bits)
    factor = UInt64.random(in: .min ... .max) | 1
  }

  func value(_ left: UInt32, _ right: UInt32) -> UInt64 {
    slots[slot(of: Self.key(left, right))].value
  }

  /// Sets the value of a pair, replacing one it has.
  mutating func set(_ left: UInt32, _ right: UInt32, _ value: UInt64) {
    if count * 2 >= slots.count { grow() }
    let key = Self.key(left, right)
    let index = slot(of: key)
    if slots[index].value == Self.absent { count += 1 }
    slots[index] = Slot(key: key, value: value)
  }

  /// Where `key` is, or the free slot where it would be.
  private func slot(of key: UInt64) -> Int {
    var index = Int(truncatingIfNeeded: (key &* factor) &>> shift)
    while slots[index].key != key, slots[index].value != Self.absent { index = (index &+ 1) & (slots.count &- 1) }
    return index
  }

  private mutating func grow() {
    let old = slots
    self = PairTable(minimumCapacity: old.count)
    for entry in old where entry.value != Self.absent {
      slots[slot(of: entry.key)] = entry
      count += 1
    }
  }

  private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 { UInt64(left) << 32 | UInt64(right) }
}
