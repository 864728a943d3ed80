internal import Core
internal import JSON
internal import Models

/// config.json and generation_config.json of an architecture, spelled as published checkpoints spell them.
struct ArchitectureConfiguration {
  private static let classes = [
    "llama": "LlamaForCausalLM", "mistral": "MistralForCausalLM", "qwen2": "Qwen2ForCausalLM",
  ]

  private let architecture: Architecture

  init(_ architecture: Architecture) { self.architecture = architecture }

  /// config.json.
  var members: JSON.Object {
    let family = architecture.family.name
    var members: JSON.Object = [
      "architectures": .array([.string(Self.classes[family]!)]), "model_type": .string(family),
      "hidden_act": "silu", "hidden_size": .integer(architecture.hiddenSize),
      "num_hidden_layers": .integer(architecture.layerCount),
      "num_attention_heads": .integer(architecture.headCount),
      "num_key_value_heads": .integer(architecture.keyValueHeadCount),
      "intermediate_size": .integer(architecture.intermediateSize),
      "vocab_size": .integer(architecture.vocabularyCount),
      "max_position_embeddings": .integer(architecture.contextLength),
      // As people write it: widened to double, 1e-5 would have digits that nobody meant.
      "rms_norm_eps": .number(Double("\(architecture.normEpsilon)")!),
      "rope_theta": .number(architecture.rotary.theta), "rope_scaling": scaling,
      "tie_word_embeddings": .bool(architecture.headIsTied), "attention_dropout": 0.0,
      "initializer_range": 0.02, "torch_dtype": "bfloat16", "use_cache": true,
    ]
    if architecture.headSize * architecture.headCount != architecture.hiddenSize || family == "llama" {
      members["head_dim"] = .integer(architecture.headSize)
    }
    addFamily(to: &members)
    if let token = architecture.beginToken { members["bos_token_id"] = .integer(Int(token)) }
    if let token = architecture.endTokens.last { members["eos_token_id"] = .integer(Int(token)) }
    return members
  }

  /// generation_config.json: all tokens that end a text.
  var generation: JSON.Object {
    var members: JSON.Object = ["_from_model_config": true]
    if let token = architecture.beginToken { members["bos_token_id"] = .integer(Int(token)) }
    let ends = architecture.endTokens.map { JSON.integer(Int($0)) }
    if let only = ends.first { members["eos_token_id"] = ends.count == 1 ? only : .array(ends) }
    return members
  }

  /// Keys that only one family has.
  private func addFamily(to members: inout JSON.Object) {
    switch architecture.family {
    case .llama:
      members["attention_bias"] = .bool(architecture.attentionBias == .all)
      members["mlp_bias"] = .bool(architecture.mlpHasBias)
      members["pretraining_tp"] = 1
    case .qwen2:
      members["use_sliding_window"] = false
      members["sliding_window"] = .integer(architecture.contextLength)
      members["max_window_layers"] = .integer(architecture.layerCount)
    default:
      members["sliding_window"] = .null
    }
  }

  private var scaling: JSON {
    guard case .llama3(let factor, let low, let high, let original) = architecture.rotary.scaling else { return .null }
    return .object([
      "rope_type": "llama3", "factor": .number(factor), "low_freq_factor": .number(low),
      "high_freq_factor": .number(high), "original_max_position_embeddings": .integer(original),
    ])
  }
}
