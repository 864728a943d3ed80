/// The names a family of models gives to its tensors. Another family is another value.
package struct ModelFamily: Sendable, Hashable {
  /// `model_type` in config.json.
  package var name: String
  /// The token embedding, without `.weight`.
  package var embedding: String
  /// What stands before a layer's index.
  package var layerPrefix: String
  /// The norm before attention and the one before the feed-forward part, inside a layer.
  package var attentionNorm: String
  package var feedForwardNorm: String
  /// The norm after the last layer.
  package var finalNorm: String
  /// The output projection.
  package var head: String
  /// The linear layers inside a layer.
  package var linears: [LinearKind: String]

  /// Every family that runs, in the order in which they are shown.
  package static let all = [llama, mistral, qwen2]

  package static let llama = named("llama")
  /// A Llama whose configuration may ask for sliding attention, which is refused.
  package static let mistral = named("mistral")
  /// A Llama whose query, key and value projections always have biases.
  package static let qwen2 = named("qwen2")

  /// All of them kept the names that Llama gave its tensors.
  private static func named(_ name: String) -> ModelFamily {
    ModelFamily(
      name: name, embedding: "model.embed_tokens", layerPrefix: "model.layers.",
      attentionNorm: "input_layernorm", feedForwardNorm: "post_attention_layernorm", finalNorm: "model.norm",
      head: "lm_head",
      linears: [
        .query: "self_attn.q_proj", .key: "self_attn.k_proj", .value: "self_attn.v_proj",
        .output: "self_attn.o_proj", .gate: "mlp.gate_proj", .up: "mlp.up_proj", .down: "mlp.down_proj",
      ])
  }
}
