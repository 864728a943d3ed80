import Checkpoints
import Core
import Models
import Testing

@Suite struct FixtureTests {
  static let directory = fixture("kjv")

  @Test func opensWithTheDeclaredShape() throws {
    let checkpoint = try Checkpoint.open(Self.directory)
    #expect(checkpoint.name.text == "kjv")
    #expect(checkpoint.quantization == .none)
    #expect(
      checkpoint.architecture
        == Architecture(
          hiddenSize: 256, layerCount: 8, headCount: 4, keyValueHeadCount: 2, headSize: 64, intermediateSize: 768,
          vocabularyCount: 2048, contextLength: 1024, headIsTied: true, beginToken: 0, endTokens: [1]))
    #expect(checkpoint.architecture.parameterCount == 6_820_096)
    #expect(checkpoint.tensorNames.count == 1 + 8 * 9 + 1)
  }

  @Test func readsTheSameRowMappedAndByItself() throws {
    let embedding = try Checkpoint.open(Self.directory).tensor("model.embed_tokens.weight")
    #expect(embedding.type == .bf16)
    #expect(embedding.shape == [2048, 256])
    let mapped = try embedding.floats()[7 * 256..<9 * 256]
    embedding.releasePages()
    var rows = [UInt16](repeating: 0, count: 2 * 256)
    try rows.withUnsafeMutableBytes { try embedding.readRows(7..<9, into: $0) }
    #expect(rows.map { Float(bitPattern: UInt32($0) << 16) } == Array(mapped))
    #expect(mapped.contains { $0 != 0 })
  }
}
