package import Core

/// What the weights of a stage ask of its machine for one microbatch: the two sides of a roofline.
///
/// Attention is left out: it goes with layers as linear layers do, and hardly changes what the head weighs in them.
package struct StageWork: Sendable, Hashable {
  /// Read once a microbatch, however many rows it has: weights, scales, group sums, norms and the head.
  package var weightBytes: Int
  /// Multiplications and additions of a row; at the head, of a row that samples. One in float32 counts as four in
  /// int8, since as many bits hold four times as many lanes of int8.
  package var operationsPerRow: Int

  /// - Throws: as `StageMemory`.
  package init(
    _ architecture: Architecture, _ range: StageRange, _ configuration: InstanceConfiguration,
    storedHeadBytesPerElement: Int = 2
  ) throws(OctavoError) {
    let memory = try StageMemory(
      architecture, range, configuration, StageCapacity(contextLength: 1, sequencesMax: 1, rowsMax: 1),
      storedHeadBytesPerElement: storedHeadBytesPerElement)
    weightBytes = memory.weights + memory.scales + memory.groupSums + memory.norms + memory.head

    let perLayer = architecture.linears(ofLayer: 0).reduce(0) { $0 + PackedLinear($1).multiplicationsPerRow }
    operationsPerRow = 2 * range.layers.count * perLayer * (configuration.precision == .int8 ? 1 : Self.floatWeight)
    guard range.projects else { return }
    let isInteger =
      configuration.precision == .int8 && (configuration.head == .int8 || storedHeadBytesPerElement == 1)
    operationsPerRow +=
      2 * PackedLinear(architecture.head).multiplicationsPerRow * (isInteger ? 1 : Self.floatWeight)
  }

  /// Operations in int8 that take as long as one in float32.
  private static let floatWeight = 4
}

extension PackedLinear {
  fileprivate var multiplicationsPerRow: Int { inputChannels * paddedOutputChannels }
}
