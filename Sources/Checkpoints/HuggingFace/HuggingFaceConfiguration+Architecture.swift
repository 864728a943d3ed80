import Core
import JSON
import Models

extension HuggingFaceConfiguration {
  private typealias Bounds = Architecture.Bounds

  /// The dimensions, by the names and defaults of transformers' `LlamaConfig`, versions 4 and 5.
  static func architecture(_ config: JSONField) throws(OctavoError) -> Architecture {
    let family = try family(config)
    try refuseUnsupported(config)
    let hiddenSize = try config["hidden_size"].integer(in: 1...Bounds.channelsMax)
    let headCount = try config["num_attention_heads"].integer(in: 1...Bounds.headsMax)
    return Architecture(
      family: family,
      hiddenSize: hiddenSize,
      layerCount: try config["num_hidden_layers"].integer(in: 1...Bounds.layersMax),
      headCount: headCount,
      keyValueHeadCount: try config["num_key_value_heads"].ifPresent?.integer(in: 1...headCount) ?? headCount,
      headSize: try headSize(config, hiddenSize: hiddenSize, headCount: headCount),
      intermediateSize: try config["intermediate_size"].integer(in: 1...Bounds.channelsMax),
      vocabularyCount: try config["vocab_size"].integer(in: 1...Bounds.vocabularyMax),
      contextLength: try config["max_position_embeddings"].integer(in: 1...Bounds.contextLengthMax),
      normEpsilon: Float(try config["rms_norm_eps"].ifPresent?.positiveNumber() ?? 1e-6),
      rotary: try RotaryEmbedding(config),
      headIsTied: try config["tie_word_embeddings"].ifPresent?.bool() ?? false,
      attentionBias: try config["attention_bias"].ifPresent?.bool() ?? false ? .all : .none,
      mlpHasBias: try config["mlp_bias"].ifPresent?.bool() ?? false,
      beginToken: try token(config["bos_token_id"]))
  }

  private static func family(_ config: JSONField) throws(OctavoError) -> ModelFamily {
    let type = try config["model_type"]
    guard try type.string() == ModelFamily.llama.name else {
      throw type.unsupported("models of type \(quoted(ModelFamily.llama.name)) are")
    }
    return .llama
  }

  private static func headSize(
    _ config: JSONField, hiddenSize: Int, headCount: Int
  ) throws(OctavoError) -> Int {
    if let explicit = try config["head_dim"].ifPresent { return try explicit.integer(in: 2...Bounds.headSizeMax) }
    guard hiddenSize.isMultiple(of: headCount) else {
      throw try config["hidden_size"].mismatch(
        "without head_dim it must be a multiple of num_attention_heads, which is \(headCount)")
    }
    return hiddenSize / headCount
  }

  /// Settings that change what the layers compute. Ignoring one would give wrong tokens in silence.
  private static func refuseUnsupported(_ config: JSONField) throws(OctavoError) {
    if let activation = try config["hidden_act"].ifPresent, try activation.string() != "silu" {
      throw activation.unsupported("the activation 'silu' is")
    }
    let slides = try config["use_sliding_window"].ifPresent?.bool() ?? true
    if slides, let window = try config["sliding_window"].ifPresent {
      throw window.unsupported("only full attention is; choose a checkpoint without sliding_window")
    }
    try checkElementType(config)
  }

  /// `dtype` in version 5, `torch_dtype` before: the type a loader is asked to compute in.
  private static func checkElementType(_ config: JSONField) throws(OctavoError) {
    let spellings = [try config["dtype"], try config["torch_dtype"]].compactMap(\.ifPresent)
    for field in spellings where !["float32", "float16", "bfloat16"].contains(try field.string()) {
      throw field.unsupported("checkpoints in float32, float16 and bfloat16 are")
    }
    if spellings.count == 2, spellings[0].value != spellings[1].value {
      throw spellings[1].mismatch("dtype is \(spellings[0].seen): keep one of the two")
    }
  }
}
