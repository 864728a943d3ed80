internal import Glibc

/// How far a linear layer's quantized weights are from those it had.
package struct LinearError: Sendable, Hashable {
  /// The module's name, such as `model.layers.0.self_attn.q_proj`.
  package var name: String
  package var weightCount: Int
  /// Sum of the squares of the weights, and of their errors.
  package var signal: Double
  package var noise: Double
  /// The largest absolute error of a weight.
  package var errorMax: Float

  package init(name: String, weightCount: Int = 0, signal: Double = 0, noise: Double = 0, errorMax: Float = 0) {
    self.name = name
    self.weightCount = weightCount
    self.signal = signal
    self.noise = noise
    self.errorMax = errorMax
  }

  /// Signal to quantization noise in decibels; infinite for weights that int8 holds exactly.
  package var signalToNoiseDecibels: Double { noise == 0 ? .infinity : 10 * log10(signal / noise) }
}
