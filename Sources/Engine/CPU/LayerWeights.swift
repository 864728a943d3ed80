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
