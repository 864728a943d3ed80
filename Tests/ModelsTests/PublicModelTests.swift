import Core
import Models
import Testing

/// Shapes of public checkpoints and what follows from them, computed independently.
@Suite struct PublicModelTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var layers, hidden, heads, keyValueHeads, headSize, feedForward, vocabulary: Int
    var isTied = false
    var attentionBias = AttentionBias.none
    var parameters, linearPerLayer, int8LayerBytes, keyValueBytesPerToken: Int

    var testDescription: String { name }

    var architecture: Architecture {
      Architecture(
        hiddenSize: hidden, layerCount: layers, headCount: heads, keyValueHeadCount: keyValueHeads, headSize: headSize,
        intermediateSize: feedForward, vocabularyCount: vocabulary, contextLength: 4_096, headIsTied: isTied,
        attentionBias: attentionBias)
    }
  }

  static let rows = [
    Row(
      name: "llama-2-7b", layers: 32, hidden: 4096, heads: 32, keyValueHeads: 32, headSize: 128, feedForward: 11008,
      vocabulary: 32000, parameters: 6_738_415_616, linearPerLayer: 202_375_168, int8LayerBytes: 202_476_544,
      keyValueBytesPerToken: 524_288),
    Row(
      name: "llama-2-13b", layers: 40, hidden: 5120, heads: 40, keyValueHeads: 40, headSize: 128, feedForward: 13824,
      vocabulary: 32000, parameters: 13_015_864_320, linearPerLayer: 317_194_240, int8LayerBytes: 317_321_216,
      keyValueBytesPerToken: 819_200),
    Row(
      name: "llama-2-70b", layers: 80, hidden: 8192, heads: 64, keyValueHeads: 8, headSize: 128, feedForward: 28672,
      vocabulary: 32000, parameters: 68_976_648_192, linearPerLayer: 855_638_016, int8LayerBytes: 855_838_720,
      keyValueBytesPerToken: 327_680),
    Row(
      name: "llama-3.1-8b", layers: 32, hidden: 4096, heads: 32, keyValueHeads: 8, headSize: 128, feedForward: 14336,
      vocabulary: 128_256, parameters: 8_030_261_248, linearPerLayer: 218_103_808, int8LayerBytes: 218_206_208,
      keyValueBytesPerToken: 131_072),
    Row(
      name: "llama-3.1-405b", layers: 126, hidden: 16384, heads: 128, keyValueHeads: 8, headSize: 128,
      feedForward: 53248, vocabulary: 128_256, parameters: 405_853_388_800, linearPerLayer: 3_187_671_040,
      int8LayerBytes: 3_188_051_968, keyValueBytesPerToken: 516_096),
    Row(
      name: "llama-3.2-1b", layers: 16, hidden: 2048, heads: 32, keyValueHeads: 8, headSize: 64, feedForward: 8192,
      vocabulary: 128_256, isTied: true, parameters: 1_235_814_400, linearPerLayer: 60_817_408,
      int8LayerBytes: 60_872_704, keyValueBytesPerToken: 32_768),
    Row(
      name: "qwen2.5-0.5b", layers: 24, hidden: 896, heads: 14, keyValueHeads: 2, headSize: 64, feedForward: 4864,
      vocabulary: 151_936, isTied: true, attentionBias: .queryKeyValue, parameters: 494_032_768,
      linearPerLayer: 14_909_440, int8LayerBytes: 14_940_672, keyValueBytesPerToken: 12_288),
    Row(
      name: "qwen2.5-7b", layers: 28, hidden: 3584, heads: 28, keyValueHeads: 4, headSize: 128, feedForward: 18944,
      vocabulary: 152_064, attentionBias: .queryKeyValue, parameters: 7_615_616_512, linearPerLayer: 233_046_016,
      int8LayerBytes: 233_168_896, keyValueBytesPerToken: 57_344),
    Row(
      name: "qwen2.5-72b", layers: 80, hidden: 8192, heads: 64, keyValueHeads: 8, headSize: 128, feedForward: 29568,
      vocabulary: 152_064, attentionBias: .queryKeyValue, parameters: 72_706_203_648, linearPerLayer: 877_658_112,
      int8LayerBytes: 877_882_880, keyValueBytesPerToken: 327_680),
    Row(
      name: "mistral-7b", layers: 32, hidden: 4096, heads: 32, keyValueHeads: 8, headSize: 128, feedForward: 14336,
      vocabulary: 32000, parameters: 7_241_732_096, linearPerLayer: 218_103_808, int8LayerBytes: 218_206_208,
      keyValueBytesPerToken: 131_072),
  ]

  @Test(arguments: rows) func countsExactly(row: Row) throws {
    let architecture = row.architecture
    try architecture.validate()
    #expect(architecture.parameterCount == row.parameters)
    #expect(architecture.linearWeightCountPerLayer == row.linearPerLayer)
    #expect(architecture.int8StoredBytesPerLayer == row.int8LayerBytes)
    #expect(architecture.keyValueBytesPerToken(.float16) == row.keyValueBytesPerToken)
    #expect(architecture.keyValueBytesPerToken(.float32) == 2 * row.keyValueBytesPerToken)
  }

  @Test(arguments: rows) func listsTensorsThatHoldEveryParameter(row: Row) {
    let architecture = row.architecture
    let tensors = architecture.tensors(of: architecture.wholeRange)
    #expect(tensors.reduce(0) { $0 + $1.elementCount } == row.parameters)
    #expect(Set(tensors.map(\.name)).count == tensors.count)
  }
}
