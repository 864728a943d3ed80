internal import CKernels

/// Random numbers that depend on nothing but their key: no state, so a replayed token draws the same number.
///
/// Source: Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.
package struct CounterGenerator: Sendable {
  package var seed: UInt64
  package var continuation: UInt32

  package init(seed: UInt64, continuation: UInt32) {
    self.seed = seed
    self.continuation = continuation
  }

  /// A number in [0, 1), a multiple of 2^-53, for one position.
  package func uniform(position: Int) -> Double {
    let position = UInt64(position)
    let counter = [UInt32(truncatingIfNeeded: position), UInt32(position >> 32), continuation, 0]
    let key = [UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)]
    var words: [UInt32] = [0, 0, 0, 0]
    octavo_philox(counter, key, &words)
    return Double(UInt64(words[0] >> 5) << 26 | UInt64(words[1] >> 6)) * 0x1p-53
  }
}
