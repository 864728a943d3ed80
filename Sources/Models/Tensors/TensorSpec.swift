/// A tensor that a checkpoint of an architecture must hold.
package struct TensorSpec: Sendable, Hashable {
  /// As in the file, such as `model.layers.0.self_attn.q_proj.weight`.
  package var name: String
  /// Slowest dimension first; `[outputs, inputs]` of a linear layer.
  package var shape: [Int]
  package var role: TensorRole

  package init(name: String, shape: [Int], role: TensorRole) {
    self.name = name
    self.shape = shape
    self.role = role
  }

  package var elementCount: Int { shape.reduce(1, *) }
}
