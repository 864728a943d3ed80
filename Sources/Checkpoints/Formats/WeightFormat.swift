/// How a checkpoint stores the weights of its linear layers.
package enum WeightFormat: Sendable, Hashable {
  /// As floats.
  case none
  /// int8 with one scale an output channel. What stands in `ignored` is stored as floats: names of modules,
  /// or patterns that begin with `re:`.
  case int8(activations: ActivationFormat, ignored: [String])
}

/// How an int8 checkpoint wants the inputs of its linear layers quantized.
package enum ActivationFormat: Sendable, Hashable {
  /// Octavo's own rule: 8 bits, affine, per token and group of so many input channels.
  case affineGroups(Int)
  /// What the author of another tool chose.
  case foreign(ForeignActivations)
}

/// 8-bit activations as compressed-tensors' `input_activations` describes them.
package struct ForeignActivations: Sendable, Hashable {
  package enum Granularity: String, Sendable, Hashable, CaseIterable {
    /// All channels of one row share a scale.
    case token
    /// All rows share a scale, which is stored.
    case tensor
  }

  package var granularity: Granularity
  /// Scales come from the checkpoint's `input_scale`, not from the row.
  package var isStatic: Bool
  package var isSymmetric: Bool

  package init(granularity: Granularity, isStatic: Bool, isSymmetric: Bool) {
    self.granularity = granularity
    self.isStatic = isStatic
    self.isSymmetric = isSymmetric
  }
}
