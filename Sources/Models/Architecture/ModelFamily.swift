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

  package static let llama = ModelFamily(
    name: "llama", embedding: "model.embed_tokens", layerPrefix: "model.layers.",
    attentionNorm: "input_layernorm", feedForwardNorm: "post_attention_layernorm", finalNorm: "model.norm",
    head: "lm_head",
    linears: [
      .query: "self_attn.q_proj", .key: "self_attn.k_proj", .value: "self_attn.v_proj",
      .output: "self_attn.o_proj", .gate: "mlp.gate_proj", .up: "mlp.up_proj", .down: "mlp.down_proj",
    ])
}
