import Core
import Models
import Synthesis
import Testing
import Tokenizers

@Suite struct SyntheticTokenizerTests {
  private func tokenizer(_ name: String, in scratch: Scratch) throws -> Tokenizer {
    _ = try CheckpointSynthesizer(try .narrow(name), SynthesisOptions(layerCount: 1), to: scratch.path + "/m").run()
    return try Tokenizer.open(scratch.path + "/m/tokenizer.json")
  }

  @Test(arguments: CheckpointSynthesizerTests.names) func fillsTheVocabulary(name: String) throws {
    let scratch = try Scratch()
    let model = try PublicModel.named(name)
    let tokenizer = try tokenizer(name, in: scratch)
    #expect(tokenizer.vocabularyCount == model.architecture.vocabularyCount)
    var pieces = Set<[UInt8]>()
    for id in 0..<TokenID(tokenizer.vocabularyCount) { pieces.insert(try tokenizer.piece(id)) }
    #expect(pieces.count == tokenizer.vocabularyCount)
    #expect(!pieces.contains([]))
    for token in model.specialTokens {
      #expect(try tokenizer.piece(token.id) == Array(token.content.utf8))
      #expect(try tokenizer.encode(token.content, addingSpecialTokens: false) == [token.id])
    }
  }

  @Test(arguments: CheckpointSynthesizerTests.names) func everyTextSurvives(name: String) throws {
    let scratch = try Scratch()
    let model = try PublicModel.named(name)
    let tokenizer = try tokenizer(name, in: scratch)
    let text = "Hello, wörld! 123\n\n\t'tis  日本語 🎉 \u{0} zz aaaa"
    let ids = try tokenizer.encode(text, addingSpecialTokens: false)
    #expect(try ids.flatMap(tokenizer.piece) == Array(text.utf8))
    // Pairs of small letters merge, nothing else does.
    #expect(ids.count < text.utf8.count && ids.count > text.utf8.count / 2)
    let opened = try tokenizer.encode(text, addingSpecialTokens: true)
    let begin = model.name.hasPrefix("qwen") ? [] : [try #require(model.architecture.beginToken)]
    #expect(opened == begin + ids)
  }
}
