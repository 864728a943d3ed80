internal import CKernels
internal import Core
internal import Models

/// One transformer layer in kernel layout.
struct LayerWeights: Sendable {
  let attentionNorm: NormWeights
  /// Query, key and value.
  let attentionInputs: Linear
  let attentionOutput: Linear
  let feedForwardNorm: NormWeights
  /// Gate and up.
  let feedForwardInputs: Linear
  let down: Linear
}

/// The weights of an RMSNorm as float32, owned.
final class NormWeights: @unchecked Sendable {
  let values: AlignedBuffer<Float>

  init(_ floats: [Float]) throws(OctavoError) {
    values = try AlignedBuffer(count: floats.count)
    values.base.initialize(from: floats, count: floats.count)
  }
}
