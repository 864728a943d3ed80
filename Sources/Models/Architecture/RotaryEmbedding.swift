/// Rotary position embedding: pair i of a head's channels turns by position / theta^(2i / head size),
/// the two halves of a head making the pairs.
package struct RotaryEmbedding: Sendable, Hashable {
  /// The base of the wavelengths.
  package var theta: Double
  package var scaling: RotaryScaling

  package init(theta: Double, scaling: RotaryScaling = .none) {
    self.theta = theta
    self.scaling = scaling
  }
}
