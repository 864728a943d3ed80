/// What a step cannot do without: the bytes that must come from memory at least once, and the arithmetic.
///
/// Weights and the KV of a sequence count once a microbatch, however many rows use them; activations, which stay
/// in caches, do not count. A multiplication and an addition are two operations; steps over single rows (norms,
/// SiLU, quantizing) count none.
package struct KernelWork: Sendable, Hashable {
  /// Weights, their scales and biases.
  package var weightBytes = 0
  /// Sums of weights, one an output channel and group.
  package var sumBytes = 0
  /// K and V.
  package var keyValueBytes = 0
  /// On 8-bit integers.
  package var integerOperations = 0
  /// On floats.
  package var floatOperations = 0

  package init() {}

  package var bytes: Int { weightBytes + sumBytes + keyValueBytes }

  package static func += (sum: inout KernelWork, more: KernelWork) {
    sum.weightBytes += more.weightBytes
    sum.sumBytes += more.sumBytes
    sum.keyValueBytes += more.keyValueBytes
    sum.integerOperations += more.integerOperations
    sum.floatOperations += more.floatOperations
  }
}
