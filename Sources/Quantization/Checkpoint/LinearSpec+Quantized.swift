package import Checkpoints
package import Models

extension LinearSpec {
  /// What the layer's weight is stored as once it is quantized: the integers, and the scales.
  package var quantizedLayouts: [TensorLayout] {
    [
      TensorLayout(name: weightName, type: .i8, shape: [outputChannels, inputChannels]),
      TensorLayout(name: scaleName, type: .bf16, shape: [outputChannels, 1]),
    ]
  }
}

extension Architecture {
  /// The linear layer that is quantized when `spec` is; `nil` for tensors that are no such layer's weight, and
  /// for the head, which stays as it is.
  package func quantizedLinear(of spec: TensorSpec) -> LinearSpec? {
    guard case .linear(let kind) = spec.role else { return nil }
    let module = String(spec.name.dropLast(".weight".count))
    return LinearSpec(
      name: module, kind: kind, inputChannels: spec.shape[1], outputChannels: spec.shape[0], hasBias: false)
  }
}
