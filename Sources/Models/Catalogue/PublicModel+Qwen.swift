import Core

extension PublicModel {
  /// The instruct models; the base models have the same shapes.
  static let qwen25: [PublicModel] = {
    var smallest = qwen25(
      "qwen2.5-0.5b", layers: 24, hidden: 896, heads: 14, keyValueHeads: 2, intermediate: 4_864,
      vocabulary: 151_936)
    smallest.architecture.headIsTied = true
    return [
      smallest,
      qwen25("qwen2.5-7b", layers: 28, hidden: 3_584, heads: 28, keyValueHeads: 4, intermediate: 18_944),
      qwen25("qwen2.5-32b", layers: 64, hidden: 5_120, heads: 40, keyValueHeads: 8, intermediate: 27_648),
      qwen25("qwen2.5-72b", layers: 80, hidden: 8_192, heads: 64, keyValueHeads: 8, intermediate: 29_568),
    ]
  }()

  private static func qwen25(
    _ name: String, layers: Int, hidden: Int, heads: Int, keyValueHeads: Int, intermediate: Int,
    vocabulary: Int = 152_064
  ) -> PublicModel {
    PublicModel(
      name: name,
      architecture: Architecture(
        family: .qwen2, hiddenSize: hidden, layerCount: layers, headCount: heads, keyValueHeadCount: keyValueHeads,
        headSize: hidden / heads, intermediateSize: intermediate, vocabularyCount: vocabulary,
        contextLength: 32_768, normEpsilon: 1e-6, rotary: RotaryEmbedding(theta: 1_000_000),
        attentionBias: .queryKeyValue, beginToken: 151_643, endTokens: [151_643, 151_645]),
      specialTokens: [
        SpecialToken(151_643, "<|endoftext|>"), SpecialToken(151_644, "<|im_start|>"),
        SpecialToken(151_645, "<|im_end|>"),
      ])
  }
}
