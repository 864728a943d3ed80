/// How activations travel from stage to stage.
package enum WireFormat: String, Sendable, Hashable, CaseIterable {
  /// float32: answers do not depend on where the model is cut.
  case exact
  /// 8 bits, affine, per row and group of 128 channels, as linear layers quantize their inputs: a quarter of the
  /// bytes, for thin links. Answers then depend on where the model is cut.
  ///
  /// All rows' values, then all rows' float32 scales, little-endian, then all rows' zero points. Values and zero points
  /// are 0 to 255; a channel is (value - zero point) * scale. The last group of a row may be short.
  case int8

  /// Bytes of a row of so many channels: its values, then a float32 scale and a zero point of 8 bits for each group.
  package func bytes(hiddenSize: Int) -> Int {
    switch self {
    case .exact: 4 * hiddenSize
    case .int8: hiddenSize + 5 * ((hiddenSize + Limits.activationGroup - 1) / Limits.activationGroup)
    }
  }
}
