import Core
import Models
import Testing

/// The catalogue against shapes of public checkpoints and what follows from them, computed independently.
@Suite struct PublicModelTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var layers, hidden, heads, keyValueHeads, headSize, feedForward, vocabulary: Int
    var isTied = false
    var attentionBias = AttentionBias.none
    var parameters, linearPerLayer, int8LayerBytes, keyValueBytesPerToken: Int

    var testDescription: String { name }
  }

  static let rows = [
    Row(
      name: "llama-2-7b", layers: 32, hidden: 4096, heads: 32, keyValueHeads: 32, headSize: 128,
      feedForward: 11008, vocabulary: 32000, parameters: 6_738_415_616, linearPerLayer: 202_375_168,
      int8LayerBytes: 202_476_544, keyValueBytesPerToken: 524_288),
    Row(
      name: "llama-2-13b", layers: 40, hidden: 5120, heads: 40, keyValueHeads: 40, headSize: 128,
      feedForward: 13824, vocabulary: 32000, parameters: 13_015_864_320, linearPerLayer: 317_194_240,
      int8LayerBytes: 317_321_216, keyValueBytesPerToken: 819_200),
    Row(
      name: "llama-2-70b", layers: 80, hidden: 8192, heads: 64, keyValueHeads: 8, headSize: 128,
      feedForward: 28672, vocabulary: 32000, parameters: 68_976_648_192, linearPerLayer: 855_638_016,
      int8LayerBytes: 855_838_720, keyValueBytesPerToken: 327_680),
    Row(
      name: "llama-3.1-8b", layers: 32, hidden: 4096, heads: 32, keyValueHeads: 8, headSize: 128,
      feedForward: 14336, vocabulary: 128_256, parameters: 8_030_261_248, linearPerLayer: 218_103_808,
      int8LayerBytes: 218_206_208, keyValueBytesPerToken: 131_072),
    Row(
      name: "llama-3.1-70b", layers: 80, hidden: 8192, heads: 64, keyValueHeads: 8, headSize: 128,
      feedForward: 28672, vocabulary: 128_256, parameters: 70_553_706_496, linearPerLayer: 855_638_016,
      int8LayerBytes: 855_838_720, keyValueBytesPerToken: 327_680),
    Row(
      name: "llama-3.1-405b", layers: 126, hidden: 16384, heads: 128, keyValueHeads: 8, headSize: 128,
      feedForward: 53248, vocabulary: 128_256, parameters: 405_853_388_800, linearPerLayer: 3_187_671_040,
      int8LayerBytes: 3_188_051_968, keyValueBytesPerToken: 516_096),
    Row(
      name: "llama-3.2-1b", layers: 16, hidden: 2048, heads: 32, keyValueHeads: 8, headSize: 64,
      feedForward: 8192, vocabulary: 128_256, isTied: true, parameters: 1_235_814_400,
      linearPerLayer: 60_817_408, int8LayerBytes: 60_872_704, keyValueBytesPerToken: 32768),
    Row(
      name: "qwen2.5-0.5b", layers: 24, hidden: 896, heads: 14, keyValueHeads: 2, headSize: 64,
      feedForward: 4864, vocabulary: 151_936, isTied: true, attentionBias: .queryKeyValue,
      parameters: 494_032_768, linearPerLayer: 14_909_440, int8LayerBytes: 14_940_672,
      keyValueBytesPerToken: 12288),
    Row(
      name: "qwen2.5-7b", layers: 28, hidden: 3584, heads: 28, keyValueHeads: 4, headSize: 128,
      feedForward: 18944, vocabulary: 152_064, attentionBias: .queryKeyValue, parameters: 7_615_616_512,
      linearPerLayer: 233_046_016, int8LayerBytes: 233_168_896, keyValueBytesPerToken: 57344),
    Row(
      name: "qwen2.5-32b", layers: 64, hidden: 5120, heads: 40, keyValueHeads: 8, headSize: 128,
      feedForward: 27648, vocabulary: 152_064, attentionBias: .queryKeyValue, parameters: 32_763_876_352,
      linearPerLayer: 487_587_840, int8LayerBytes: 487_768_064, keyValueBytesPerToken: 262_144),
    Row(
      name: "qwen2.5-72b", layers: 80, hidden: 8192, heads: 64, keyValueHeads: 8, headSize: 128,
      feedForward: 29568, vocabulary: 152_064, attentionBias: .queryKeyValue, parameters: 72_706_203_648,
      linearPerLayer: 877_658_112, int8LayerBytes: 877_882_880, keyValueBytesPerToken: 327_680),
    Row(
      name: "mistral-7b", layers: 32, hidden: 4096, heads: 32, keyValueHeads: 8, headSize: 128,
      feedForward: 14336, vocabulary: 32000, parameters: 7_241_732_096, linearPerLayer: 218_103_808,
      int8LayerBytes: 218_206_208, keyValueBytesPerToken: 131_072),
  ]

  @Test func namesEveryModelOfTheTable() {
    #expect(PublicModel.all.map(\.name) == Self.rows.map(\.name))
  }

  @Test(arguments: rows) func hasTheShape(row: Row) throws {
    let architecture = try PublicModel.named(row.name).architecture
    try architecture.validate()
    #expect(architecture.layerCount == row.layers)
    #expect(architecture.hiddenSize == row.hidden)
    #expect(architecture.headCount == row.heads)
    #expect(architecture.keyValueHeadCount == row.keyValueHeads)
    #expect(architecture.headSize == row.headSize)
    #expect(architecture.intermediateSize == row.feedForward)
    #expect(architecture.vocabularyCount == row.vocabulary)
    #expect(architecture.headIsTied == row.isTied)
    #expect(architecture.attentionBias == row.attentionBias)
  }

  @Test(arguments: rows) func countsExactly(row: Row) throws {
    let architecture = try PublicModel.named(row.name).architecture
    #expect(architecture.parameterCount == row.parameters)
    #expect(architecture.linearWeightCountPerLayer == row.linearPerLayer)
    #expect(architecture.int8StoredBytesPerLayer == row.int8LayerBytes)
    #expect(architecture.keyValueBytesPerToken(.float16) == row.keyValueBytesPerToken)
    #expect(architecture.keyValueBytesPerToken(.float32) == 2 * row.keyValueBytesPerToken)
  }

  @Test(arguments: rows) func listsTensorsThatHoldEveryParameter(row: Row) throws {
    let architecture = try PublicModel.named(row.name).architecture
    let tensors = architecture.tensors(of: architecture.wholeRange)
    #expect(tensors.reduce(0) { $0 + $1.elementCount } == row.parameters)
    #expect(Set(tensors.map(\.name)).count == tensors.count)
  }

  /// What the published configurations say beyond the shape, by the start of the name.
  @Test(
    arguments: [
      ("llama-2-", "llama", 4_096, 1e-5, RotaryEmbedding(theta: 10_000)),
      ("llama-3.1-", "llama", 131_072, 1e-5, RotaryEmbedding(theta: 500_000, scaling: scaling(8))),
      ("llama-3.2-", "llama", 131_072, 1e-5, RotaryEmbedding(theta: 500_000, scaling: scaling(32))),
      ("qwen2.5-", "qwen2", 32_768, 1e-6, RotaryEmbedding(theta: 1_000_000)),
      ("mistral-", "mistral", 32_768, 1e-5, RotaryEmbedding(theta: 1_000_000)),
    ] as [(String, String, Int, Float, RotaryEmbedding)])
  func hasThePublishedSettings(
    prefix: String, family: String, contextLength: Int, epsilon: Float, rotary: RotaryEmbedding
  ) {
    let models = PublicModel.all.filter { $0.name.hasPrefix(prefix) }
    #expect(!models.isEmpty)
    for model in models {
      #expect(model.architecture.family.name == family)
      #expect(model.architecture.contextLength == contextLength)
      #expect(model.architecture.normEpsilon == epsilon)
      #expect(model.architecture.rotary == rotary)
      #expect(!model.architecture.mlpHasBias)
    }
  }

  /// Each has a spelling and an id of its own, and begin and end are among them.
  @Test(arguments: PublicModel.all.map(\.name)) func namesItsSpecialTokens(name: String) throws {
    let model = try PublicModel.named(name)
    let ids = model.specialTokens.map(\.id)
    #expect(ids == Set(ids).sorted())
    #expect(Set(model.specialTokens.map(\.content)).count == ids.count)
    let begin = try #require(model.architecture.beginToken)
    let ends = model.architecture.endTokens
    #expect(!ends.isEmpty && Set(ids).isSuperset(of: ends + [begin]))
  }

  @Test func numbersLlama3sReservedTokensAsPublished() throws {
    let tokens = try PublicModel.named("llama-3.1-8b").specialTokens
    #expect(tokens.first == SpecialToken(128_000, "<|begin_of_text|>"))
    #expect(tokens[5] == SpecialToken(128_005, "<|reserved_special_token_2|>"))
    #expect(tokens[11] == SpecialToken(128_011, "<|reserved_special_token_3|>"))
    #expect(tokens.last == SpecialToken(128_255, "<|reserved_special_token_247|>"))
  }

  @Test func refusesOtherNames() {
    let mixture = #expect(throws: OctavoError.self) { try PublicModel.named("mixtral-8x7b") }
    #expect(mixture?.code == .unimplemented)
    #expect(mixture?.message.contains("mixture of experts") == true)
    let unknown = #expect(throws: OctavoError.self) { try PublicModel.named("llama-9") }
    #expect(unknown?.code == .notFound)
    #expect(unknown?.message.contains("'llama-9'") == true && unknown?.message.contains("qwen2.5-0.5b") == true)
  }

  private static func scaling(_ factor: Double) -> RotaryScaling {
    .llama3(factor: factor, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 8_192)
  }
}
