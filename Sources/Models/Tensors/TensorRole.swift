/// What a tensor is for, which decides the formats it may have.
package enum TensorRole: Sendable, Hashable {
  case embedding
  case norm
  /// The weight of a linear layer inside a transformer layer.
  case linear(LinearKind)
  /// The bias of a linear layer inside a transformer layer.
  case bias(LinearKind)
  /// The weight of an output projection that is not tied.
  case head
}
