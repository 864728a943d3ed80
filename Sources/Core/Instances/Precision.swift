/// The arithmetic of an instance's linear layers.
package enum Precision: String, Sendable, Hashable, CaseIterable {
  /// Weights int8 per output channel, activations 8 bits by the checkpoint's rule, sums exact in int32.
  case int8
  /// Everything in float32: the yardstick for `int8`.
  case float32
}
