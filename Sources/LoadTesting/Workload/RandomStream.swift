internal import Glibc

/// Random numbers for one purpose, such as the lengths of the n-th request: they depend on the seed, the purpose and
/// the number alone, so that what one request draws changes no other.
///
/// Source: SplitMix64 of Steele, Lea and Flood, OOPSLA 2014.
package struct RandomStream: Sendable {
  package enum Purpose: UInt64, Sendable {
    case arrivals = 1
    case request
    case prompt
    case prefix
  }

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  private var state: UInt64

  package init(seed: UInt64, _ purpose: Purpose, _ number: Int = 0) {
    let ofPurpose = Self.mixed(seed &+ Self.step &* purpose.rawValue)
    state = Self.mixed(ofPurpose &+ Self.step &* UInt64(truncatingIfNeeded: number))
  }

  package mutating func next() -> UInt64 {
    state &+= Self.step
    return Self.mixed(state)
  }

  /// In [0, 1), a multiple of 2^-53.
  package mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// From 0 to one less than `count`, which is at least 1. One multiplication: numbers differ in probability by less
  /// than count / 2^64.
  package mutating func integer(below count: Int) -> Int {
    precondition(count > 0, "nothing to draw from")
    return Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// Of the exponential distribution with mean 1.
  package mutating func exponential() -> Double { -log1p(-fraction()) }

  /// Of the normal distribution with mean 0 and deviation 1, after Box and Muller, 1958.
  package mutating func normal() -> Double {
    let radius = (-2 * log1p(-fraction())).squareRoot()
    return radius * cos(2 * .pi * fraction())
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
