/// What may be chosen about a synthetic checkpoint beside its model.
package struct SynthesisOptions: Sendable, Hashable {
  /// Another seed gives other weights.
  package var seed: UInt64
  /// Layers to write, the model's first; `nil` for all.
  package var layerCount: Int?
  /// Linear layers as int8 with scales instead of bfloat16.
  package var isQuantized: Bool

  package init(seed: UInt64 = 0, layerCount: Int? = nil, isQuantized: Bool = false) {
    self.seed = seed
    self.layerCount = layerCount
    self.isQuantized = isQuantized
  }
}
