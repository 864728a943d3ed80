/// How an int8 checkpoint wants the inputs of its linear layers quantized.
package enum ActivationFormat: Sendable, Hashable {
  /// Octavo's own rule: 8 bits, affine, per token and group of so many input channels.
  case affineGroups(Int)
  /// What the author of another tool chose.
  case foreign(ForeignActivations)
}
