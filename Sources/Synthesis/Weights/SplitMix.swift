/// Random bits by place: each is a function of a key and a number, so that any row can be made alone.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014.
enum SplitMix {
  /// The odd number nearest to 2^64 divided by the golden ratio: the step from one number to the next.
  static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Sixty-four bits, each of which depends on all of `value`.
  @inline(__always)
  static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits &>> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits &>> 31)
  }

  /// A key of the tensor `name` under `seed`.
  static func key(seed: UInt64, name: String) -> UInt64 {
    name.utf8.reduce(mixed(seed &+ step)) { mixed(($0 ^ UInt64($1)) &+ step) }
  }
}
