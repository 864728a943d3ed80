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
