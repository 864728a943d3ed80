/// How the output projection is held in memory.
package enum HeadFormat: String, Sendable, Hashable, CaseIterable {
  /// Quantized like every other linear layer.
  case int8
  /// As the checkpoint stores it, widened to float32 in arithmetic.
  case stored
}
