package import Core

/// The shape of a decoder-only transformer, as its configuration declares it.
package struct Architecture: Sendable, Hashable {
  /// Which names the tensors have and what the layers compute.
  package var family: ModelFamily
  package var hiddenSize: Int
  package var layerCount: Int
  package var headCount: Int
  package var keyValueHeadCount: Int
  /// Channels of one attention head.
  package var headSize: Int
  package var intermediateSize: Int
  package var vocabularyCount: Int
  /// Most positions the model was made for.
  package var contextLength: Int
  /// Added to the mean square in every RMSNorm.
  package var normEpsilon: Float
  package var rotary: RotaryEmbedding
  /// The output projection shares the embedding's weights.
  package var headIsTied: Bool
  package var attentionBias: AttentionBias
  package var mlpHasBias: Bool
  /// The token that opens a text, if the configuration names one.
  package var beginToken: TokenID?
  /// Tokens after which generation ends, ascending, without duplicates.
  package var endTokens: [TokenID]

  package init(
    family: ModelFamily = .llama, hiddenSize: Int, layerCount: Int, headCount: Int, keyValueHeadCount: Int,
    headSize: Int, intermediateSize: Int, vocabularyCount: Int, contextLength: Int, normEpsilon: Float = 1e-5,
    rotary: RotaryEmbedding = RotaryEmbedding(theta: 10_000), headIsTied: Bool = false,
    attentionBias: AttentionBias = .none, mlpHasBias: Bool = false, beginToken: TokenID? = nil,
    endTokens: [TokenID] = []
  ) {
    self.family = family
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headSize = headSize
    self.intermediateSize = intermediateSize
    self.vocabularyCount = vocabularyCount
    self.contextLength = contextLength
    self.normEpsilon = normEpsilon
    self.rotary = rotary
    self.headIsTied = headIsTied
    self.attentionBias = attentionBias
    self.mlpHasBias = mlpHasBias
    self.beginToken = beginToken
    self.endTokens = endTokens
  }

  /// Channels of all query heads together.
  package var queryChannels: Int { headCount * headSize }
  /// Channels of all key heads together, and of all value heads.
  package var keyValueChannels: Int { keyValueHeadCount * headSize }
  package var attentionHasBias: Bool { attentionBias != .none }
  /// The whole model as one stage.
  package var wholeRange: StageRange { .whole(layerCount: layerCount) }
}
