import Core

extension PublicModel {
  /// Version 0.2, the first without sliding attention and the last with this vocabulary.
  static let mistral = [
    PublicModel(
      name: "mistral-7b",
      architecture: Architecture(
        family: .mistral, hiddenSize: 4_096, layerCount: 32, headCount: 32, keyValueHeadCount: 8, headSize: 128,
        intermediateSize: 14_336, vocabularyCount: 32_000, contextLength: 32_768,
        rotary: RotaryEmbedding(theta: 1_000_000), beginToken: 1, endTokens: [2]),
      specialTokens: sentencePieceTokens, opensTexts: true)
  ]
}
