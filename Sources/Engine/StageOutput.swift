package import Core

/// What a stage answers for a microbatch.
package enum StageOutput: Sendable, Hashable {
  /// For the next stage: rows of float32, little-endian, row-major, each of the model's hidden size.
  case activations([UInt8])
  /// From the last stage: one a sampling segment, in their order.
  case sampled([SampledToken])
}
