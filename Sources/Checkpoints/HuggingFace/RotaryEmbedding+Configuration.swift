import Core
import JSON
import Models

extension RotaryEmbedding {
  /// Transformers 5 keeps everything under `rope_parameters`; version 4 has `rope_theta` at the top and the
  /// rest under `rope_scaling`. Where both stand they must agree.
  init(_ config: JSONField) throws(OctavoError) {
    let parameters = try config["rope_parameters"]
    let scaling = try config["rope_scaling"]
    let theta = try Self.agreed(
      try parameters["rope_theta"], try config["rope_theta"],
      { (field) throws(OctavoError) in
        try field.positiveNumber()
      })
    try Self.refusePartial(config)
    try Self.refusePartial(parameters)
    let scalings = try Self.agreed(
      parameters, scaling, { (field) throws(OctavoError) in try RotaryScaling(field) })
    self.init(theta: theta ?? 10_000, scaling: scalings ?? .none)
  }

  private static func agreed<Value: Equatable>(
    _ newer: JSONField, _ older: JSONField, _ read: (JSONField) throws(OctavoError) -> Value
  ) throws(OctavoError) -> Value? {
    let values = [newer.isAbsent ? nil : try read(newer), older.isAbsent ? nil : try read(older)]
    if let first = values[0], let second = values[1], first != second {
      throw older.mismatch("\(newer.path) says otherwise (\(newer.seen)): keep one of the two")
    }
    return values[0] ?? values[1]
  }

  private static func refusePartial(_ field: JSONField) throws(OctavoError) {
    if let factor = try field["partial_rotary_factor"].ifPresent, try factor.number() != 1 {
      throw factor.unsupported("rotary embedding of whole heads is")
    }
  }
}

extension RotaryScaling {
  /// - Throws: UNIMPLEMENTED for a rule other than `default` and `llama3`.
  fileprivate init(_ field: JSONField) throws(OctavoError) {
    let (newer, older) = (try field["rope_type"], try field["type"])
    let type = newer.ifPresent ?? older
    switch try type.ifPresent?.string() ?? "default" {
    case "default": self = .none
    case "llama3":
      self = .llama3(
        factor: try field["factor"].positiveNumber(),
        lowFrequencyFactor: try field["low_freq_factor"].positiveNumber(),
        highFrequencyFactor: try field["high_freq_factor"].positiveNumber(),
        originalContextLength: try field["original_max_position_embeddings"]
          .integer(in: 1...Architecture.Bounds.contextLengthMax))
    default: throw type.unsupported("the rotary types 'default' and 'llama3' are")
    }
  }
}
