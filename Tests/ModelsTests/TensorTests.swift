import Core
import Models
import Testing

@Suite struct TensorTests {
  static func tiny(isTied: Bool = false, bias: AttentionBias = .none, mlpHasBias: Bool = false) -> Architecture {
    Architecture(
      hiddenSize: 8, layerCount: 3, headCount: 4, keyValueHeadCount: 2, headSize: 4, intermediateSize: 12,
      vocabularyCount: 20, contextLength: 32, headIsTied: isTied, attentionBias: bias, mlpHasBias: mlpHasBias)
  }

  @Test func namesALayersLinearsInOrder() {
    let linears = Self.tiny(bias: .queryKeyValue).linears(ofLayer: 2)
    #expect(
      linears.map(\.name) == [
        "model.layers.2.self_attn.q_proj", "model.layers.2.self_attn.k_proj", "model.layers.2.self_attn.v_proj",
        "model.layers.2.self_attn.o_proj", "model.layers.2.mlp.gate_proj", "model.layers.2.mlp.up_proj",
        "model.layers.2.mlp.down_proj",
      ])
    #expect(linears.map(\.inputChannels) == [8, 8, 8, 16, 8, 8, 12])
    #expect(linears.map(\.outputChannels) == [16, 8, 8, 8, 12, 12, 8])
    #expect(linears.map(\.hasBias) == [true, true, true, false, false, false, false])
    #expect(linears[0].weightName == "model.layers.2.self_attn.q_proj.weight")
    #expect(linears[0].scaleName == "model.layers.2.self_attn.q_proj.weight_scale")
  }

  @Test func givesEachStageItsTensors() {
    let architecture = Self.tiny()
    let first = architecture.tensors(of: StageRange(layers: 0..<1, embeds: true, projects: false))
    #expect(
      first.map(\.name) == [
        "model.embed_tokens.weight", "model.layers.0.input_layernorm.weight",
        "model.layers.0.self_attn.q_proj.weight", "model.layers.0.self_attn.k_proj.weight",
        "model.layers.0.self_attn.v_proj.weight", "model.layers.0.self_attn.o_proj.weight",
        "model.layers.0.post_attention_layernorm.weight", "model.layers.0.mlp.gate_proj.weight",
        "model.layers.0.mlp.up_proj.weight", "model.layers.0.mlp.down_proj.weight",
      ])
    #expect(first[0].shape == [20, 8])
    #expect(first[2].shape == [16, 8])
    #expect(first[2].role == .linear(.query))
    let last = architecture.tensors(of: StageRange(layers: 2..<3, embeds: false, projects: true))
    #expect(last.suffix(2).map(\.name) == ["model.norm.weight", "lm_head.weight"])
    #expect(last.allSatisfy { !$0.name.contains("embed_tokens") })
  }

  @Test func givesTheLastStageOfATiedModelTheEmbedding() {
    let architecture = Self.tiny(isTied: true)
    let last = architecture.tensors(of: StageRange(layers: 2..<3, embeds: false, projects: true))
    #expect(last.filter { $0.role == .embedding }.count == 1)
    #expect(!last.contains { $0.role == .head })
    #expect(architecture.head.weightName == "model.embed_tokens.weight")
    let whole = architecture.tensors(of: architecture.wholeRange)
    #expect(whole.filter { $0.role == .embedding }.count == 1)
  }

  @Test func listsBiasesWhereTheyAre() {
    let biases = { (architecture: Architecture) in
      architecture.tensors(of: StageRange(layers: 0..<1, embeds: false, projects: false))
        .filter { $0.name.hasSuffix(".bias") }.map { $0.shape[0] }
    }
    #expect(biases(Self.tiny()) == [])
    #expect(biases(Self.tiny(bias: .queryKeyValue)) == [16, 8, 8])
    #expect(biases(Self.tiny(bias: .all, mlpHasBias: true)) == [16, 8, 8, 8, 12, 12, 8])
  }
}
