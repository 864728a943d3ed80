import Core

extension PublicModel {
  /// The base models; the chat models have the same shapes.
  static let llama2 = [
    llama2("llama-2-7b", layers: 32, hidden: 4_096, heads: 32, keyValueHeads: 32, intermediate: 11_008),
    llama2("llama-2-13b", layers: 40, hidden: 5_120, heads: 40, keyValueHeads: 40, intermediate: 13_824),
    llama2("llama-2-70b", layers: 80, hidden: 8_192, heads: 64, keyValueHeads: 8, intermediate: 28_672),
  ]

  static let llama31 = [
    llama31("llama-3.1-8b", layers: 32, hidden: 4_096, heads: 32, intermediate: 14_336),
    llama31("llama-3.1-70b", layers: 80, hidden: 8_192, heads: 64, intermediate: 28_672),
    llama31("llama-3.1-405b", layers: 126, hidden: 16_384, heads: 128, intermediate: 53_248),
  ]

  static let llama32: [PublicModel] = {
    var model = llama31("llama-3.2-1b", layers: 16, hidden: 2_048, heads: 32, intermediate: 8_192)
    model.architecture.rotary.scaling = llama3Scaling(factor: 32)
    model.architecture.headIsTied = true
    return [model]
  }()

  /// The tokens of SentencePiece's Llama and Mistral vocabularies.
  static let sentencePieceTokens = [
    SpecialToken(0, "<unk>"), SpecialToken(1, "<s>"), SpecialToken(2, "</s>"),
  ]

  private static func llama2(
    _ name: String, layers: Int, hidden: Int, heads: Int, keyValueHeads: Int, intermediate: Int
  ) -> PublicModel {
    PublicModel(
      name: name,
      architecture: Architecture(
        hiddenSize: hidden, layerCount: layers, headCount: heads, keyValueHeadCount: keyValueHeads,
        headSize: hidden / heads, intermediateSize: intermediate, vocabularyCount: 32_000, contextLength: 4_096,
        beginToken: 1, endTokens: [2]),
      specialTokens: sentencePieceTokens, opensTexts: true)
  }

  private static func llama31(
    _ name: String, layers: Int, hidden: Int, heads: Int, intermediate: Int
  ) -> PublicModel {
    PublicModel(
      name: name,
      architecture: Architecture(
        hiddenSize: hidden, layerCount: layers, headCount: heads, keyValueHeadCount: 8, headSize: hidden / heads,
        intermediateSize: intermediate, vocabularyCount: 128_256, contextLength: 131_072,
        rotary: RotaryEmbedding(theta: 500_000, scaling: llama3Scaling(factor: 8)), beginToken: 128_000,
        endTokens: [128_001]),
      specialTokens: llama3Tokens, opensTexts: true)
  }

  private static func llama3Scaling(factor: Double) -> RotaryScaling {
    .llama3(factor: factor, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 8_192)
  }

  /// The last 256 ids: those with a use by their names, all others reserved under running numbers.
  private static let llama3Tokens: [SpecialToken] = {
    let named: [TokenID: String] = [
      128_000: "begin_of_text", 128_001: "end_of_text", 128_004: "finetune_right_pad_id",
      128_006: "start_header_id", 128_007: "end_header_id", 128_008: "eom_id", 128_009: "eot_id",
      128_010: "python_tag",
    ]
    var reserved = 0
    return (TokenID(128_000)..<128_256).map { id in
      if let name = named[id] { return SpecialToken(id, "<|\(name)|>") }
      defer { reserved += 1 }
      return SpecialToken(id, "<|reserved_special_token_\(reserved)|>")
    }
  }()
}
