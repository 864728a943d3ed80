/// What quantizing a checkpoint cost.
package struct QuantizationReport: Sendable, Hashable {
  /// In the order of the forward pass.
  package var layers: [LinearError] = []
  /// Bytes of all tensors before and after.
  package var sourceBytes = 0
  package var writtenBytes = 0

  package init() {}
}
