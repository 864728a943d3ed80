internal import CKernels
internal import Checkpoints
internal import Core
internal import Models

/// How the inputs of a checkpoint's linear layers become integers.
struct ActivationRules {
  let checkpoint: Checkpoint

  /// Octavo's own rule, except where a foreign author quantized the layer and chose another.
  func rule(for spec: LinearSpec) throws(OctavoError) -> OctavoActivationRule {
    guard case .int8(.foreign(let foreign), _) = checkpoint.quantization, try checkpoint.isQuantized(spec) else {
      return .affineGroups
    }
    guard foreign.isStatic else {
      let kind = foreign.isSymmetric ? OCTAVO_ACTIVATION_TOKEN_SYMMETRIC : OCTAVO_ACTIVATION_TOKEN_ASYMMETRIC
      return OctavoActivationRule(kind: kind, scale: 0, zero: 0)
    }
    guard let scale = try checkpoint.inputScale(of: spec), scale > 0 else {
      throw .invalid(
        "\(checkpoint.directory): \(quoted(spec.inputScaleName))", "0", "a static scale is greater than 0")
    }
    let zero = try checkpoint.inputZeroPoint(of: spec) ?? 0
    return OctavoActivationRule(kind: OCTAVO_ACTIVATION_STATIC, scale: scale, zero: Int32(zero))
  }
}
