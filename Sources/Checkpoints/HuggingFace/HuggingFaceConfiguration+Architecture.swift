import Core
import JSON
import Models

extension HuggingFaceConfiguration {
  private typealias Bounds = Architecture.Bounds

  /// The dimensions, by the names and defaults of transformers' `LlamaConfig`, `MistralConfig` and `Qwen2Config`,
  /// versions 4 and 5.
  static func architecture(_ config: JSONField) throws(OctavoError) -> Architecture {
    let family = try family(config)
    try refuseUnsupported(config, family)
    let hiddenSize = try config["hidden_size"].integer(in: 1...Bounds.channelsMax)
    let headCount = try config["num_attention_heads"].integer(in: 1...Bounds.headsMax)
    return Architecture(
      family: family,
      hiddenSize: hiddenSize,
      layerCount: try config["num_hidden_layers"].integer(in: 1...Bounds.layersMax),
      headCount: headCount,
      keyValueHeadCount: try keyValueHeadCount(config, family, headCount: headCount),
      headSize: try headSize(config, hiddenSize: hiddenSize, headCount: headCount),
      intermediateSize: try config["intermediate_size"].integer(in: 1...Bounds.channelsMax),
      vocabularyCount: try config["vocab_size"].integer(in: 1...Bounds.vocabularyMax),
      contextLength: try config["max_position_embeddings"].integer(in: 1...Bounds.contextLengthMax),
      normEpsilon: Float(try config["rms_norm_eps"].ifPresent?.positiveNumber() ?? 1e-6),
      rotary: try RotaryEmbedding(config),
      headIsTied: try config["tie_word_embeddings"].ifPresent?.bool() ?? false,
      attentionBias: try attentionBias(config, family),
      mlpHasBias: family == .llama ? try config["mlp_bias"].ifPresent?.bool() ?? false : false,
      beginToken: try token(config["bos_token_id"]))
  }

  private static func family(_ config: JSONField) throws(OctavoError) -> ModelFamily {
    let type = try config["model_type"]
    let name = try type.string()
    guard let family = ModelFamily.all.first(where: { $0.name == name }) else {
      let known = ModelFamily.all.map { quoted($0.name) }.joined(separator: ", ")
      throw type.unsupported("models of the types \(known) are")
    }
    return family
  }

  /// Only Llama's default is as many as there are heads; the others' is a number that fits one size of model.
  private static func keyValueHeadCount(
    _ config: JSONField, _ family: ModelFamily, headCount: Int
  ) throws(OctavoError) -> Int {
    let field = try config["num_key_value_heads"]
    if family == .llama, field.isAbsent { return headCount }
    return try field.integer(in: 1...headCount)
  }

  /// Qwen2 and Mistral have no such key: what stands under it counts for nothing there.
  private static func attentionBias(
    _ config: JSONField, _ family: ModelFamily
  ) throws(OctavoError) -> AttentionBias {
    switch family {
    case .qwen2: .queryKeyValue
    case .llama: try config["attention_bias"].ifPresent?.bool() ?? false ? .all : .none
    default: .none
    }
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
  private static func refuseUnsupported(_ config: JSONField, _ family: ModelFamily) throws(OctavoError) {
    if let activation = try config["hidden_act"].ifPresent, try activation.string() != "silu" {
      throw activation.unsupported("the activation 'silu' is")
    }
    try refuseSlidingAttention(config, family)
    try checkElementType(config)
  }

  private static func refuseSlidingAttention(_ config: JSONField, _ family: ModelFamily) throws(OctavoError) {
    if let types = try config["layer_types"].ifPresent {
      for type in try types.items() where try type.string() != "full_attention" {
        throw type.unsupported("'full_attention' is")
      }
    }
    let window = try config["sliding_window"]
    // Mistral slides whatever `use_sliding_window` says.
    let slides = try config["use_sliding_window"].ifPresent?.bool() ?? (family != .qwen2) || family == .mistral
    if slides, family != .llama, window.isAbsent, !config.hasNull("sliding_window") {
      throw window.mismatch("write null for full attention: transformers takes 4096 where it is left out")
    }
    if slides, let window = window.ifPresent {
      throw window.unsupported("only full attention is; choose a checkpoint without sliding_window")
    }
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

extension JSONField {
  /// Whether the member `key` of this object is written as `null`, which reads as absent otherwise.
  fileprivate func hasNull(_ key: String) -> Bool {
    guard case .object(let members) = value else { return false }
    return members[key] == .some(.null)
  }
}
