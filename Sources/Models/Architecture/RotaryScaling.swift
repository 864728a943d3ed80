/// How frequencies change to reach past the context a model was trained on.
package enum RotaryScaling: Sendable, Hashable {
  case none
  /// Llama 3.1's rule: wavelengths past `originalContextLength / lowFrequencyFactor` are divided by
  /// `factor`, those under `originalContextLength / highFrequencyFactor` are kept, and between the two the
  /// frequencies blend linearly.
  ///
  /// Source: `_compute_llama3_parameters` in transformers' `modeling_rope_utils.py`.
  case llama3(
    factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalContextLength: Int)
}
