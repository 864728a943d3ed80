internal import CKernels
internal import Models

/// Turns by which pairs of channels rotate from one position to the next, in float32 as transformers computes
/// them, with a power function of our own.
///
/// Source: `_compute_default_rope_parameters` and `_compute_llama3_parameters` in transformers'
/// `modeling_rope_utils.py`.
func rotaryFrequencies(_ rotary: RotaryEmbedding, headSize: Int) -> [Float] {
  let plain = (0..<headSize / 2).map { pair in
    let exponent = Float(2 * pair) / Float(headSize)
    return 1 / Float(octavo_pow(rotary.theta, Double(exponent)))
  }
  guard case .llama3(let factor, let low, let high, let original) = rotary.scaling else { return plain }
  return plain.map { stretch($0, Float(factor), Float(low), Float(high), Float(original)) }
}

/// Llama 3.1's rule for one frequency.
private func stretch(_ frequency: Float, _ factor: Float, _ low: Float, _ high: Float, _ original: Float) -> Float {
  let wavelength = 2 * Float.pi / frequency
  if wavelength > original / low { return frequency / factor }
  if wavelength < original / high { return frequency }
  let smooth = (original / wavelength - low) / (high - low)
  let slow = (1 - smooth) * frequency / factor
  return slow + smooth * frequency
}
