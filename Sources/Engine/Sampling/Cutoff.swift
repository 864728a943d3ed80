internal import Core

/// Where an order of tokens, the larger logit first and ties by lower id, is cut: what stands before or at it
/// is kept.
struct Cutoff {
  var key: UInt32
  var lastToken: TokenID

  static let keepsAll = Cutoff(key: 0, lastToken: .max)

  private init(key: UInt32, lastToken: TokenID) {
    self.key = key
    self.lastToken = lastToken
  }

  func keeps(_ token: Int, key: UInt32) -> Bool {
    key > self.key || (key == self.key && token <= Int(lastToken))
  }

  /// Cuts the order after the first tokens whose measures add up to `target`: 256 sums at a time, a byte of
  /// the keys each, so that nothing is sorted. Keeps all if the target is never reached.
  ///
  /// - Parameter measure: of the token at an index, not negative; 0 for tokens that are out already.
  init(_ logits: UnsafeBufferPointer<Float>, reaching target: Double, measure: (Int) -> Double) {
    var prefix: UInt32 = 0
    var remaining = target
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      let sums = Self.sums(logits, prefix, shift, measure)
      guard let digit = Self.digit(sums, reaching: &remaining) else {
        self = .keepsAll
        return
      }
      prefix |= UInt32(digit) << shift
    }
    key = prefix
    lastToken = .max
    for token in logits.indices where orderKey(logits[token]) == prefix {
      let share = measure(token)
      remaining -= share
      guard share == 0 || remaining > 0 else {
        lastToken = TokenID(token)
        return
      }
    }
  }

  /// Sums of the measures of keys that continue `prefix`, by their next byte.
  private static func sums(
    _ logits: UnsafeBufferPointer<Float>, _ prefix: UInt32, _ shift: UInt32, _ measure: (Int) -> Double
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: 256)
    for token in logits.indices {
      let key = orderKey(logits[token])
      // A shift by 32, before the first byte, leaves nothing to compare.
      if (key ^ prefix) >> (shift + 8) == 0 { sums[Int((key >> shift) & 255)] += measure(token) }
    }
    return sums
  }

  /// The byte at which the sums, largest keys first, reach `remaining`, which is left with what that byte must
  /// still give; the last with any measure if rounding hides the end.
  private static func digit(_ sums: [Double], reaching remaining: inout Double) -> Int? {
    guard let last = sums.firstIndex(where: { $0 > 0 }) else { return nil }
    for digit in stride(from: 255, to: last, by: -1) {
      if sums[digit] >= remaining { return digit }
      remaining -= sums[digit]
    }
    return last
  }
}

/// An integer that orders finite floats as they are ordered; zeros of both signs are one.
@inline(__always)
func orderKey(_ value: Float) -> UInt32 {
  let bits = (value + 0).bitPattern
  return bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
}
