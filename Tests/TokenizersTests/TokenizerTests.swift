import Core
import JSON
import Testing
import Tokenizers

@Suite struct TokenizerTests {
  @Test func encodesTheGoldenPrompts() throws {
    let tokenizer = try Fixture.tokenizer.get()
    let golden = try #require(try Fixture.json("golden.json")["prompts"].ifPresent).items()
    #expect(golden.count == 5)
    for item in golden {
      let expected = try item["ids"].items().map { TokenID(try $0.integer(in: 0...2_047)) }
      #expect(try tokenizer.encode(item["prompt"].string(), addingSpecialTokens: true) == expected)
      #expect(try tokenizer.encode(item["prompt"].string(), addingSpecialTokens: false) == Array(expected.dropFirst()))
      #expect(try tokenizer.decode(expected, skippingSpecialTokens: true) == item["prompt"].string())
    }
  }

  @Test func countsTheVocabularyWithAddedTokens() throws {
    #expect(try Fixture.tokenizer.get().vocabularyCount == 2_048)
    var small = SmallTokenizer()
    small.add("<x>", id: 256)
    small.add("<y>", id: 257)
    #expect(try small.tokenizer().vocabularyCount == 258)
  }

  @Test func pieceIsTheBytesOfAToken() throws {
    let tokenizer = try SmallTokenizer(merges: [("Ġ", "Ã")]).tokenizer()
    for id in TokenID(0)..<256 { #expect(try tokenizer.piece(id) == [UInt8(id)]) }
    #expect(try tokenizer.piece(256) == [0x20, 0xC3])
  }

  @Test func refusesIDsThatAreNoTokens() throws {
    var small = SmallTokenizer()
    small.set(["model", "vocab", "far"], 300)
    let tokenizer = try small.tokenizer()
    #expect(refusal { () throws(OctavoError) in try tokenizer.piece(301) }?.code == .invalidArgument)
    #expect(refusal { () throws(OctavoError) in try tokenizer.piece(.max) }?.code == .invalidArgument)
    #expect(refusal { () throws(OctavoError) in try tokenizer.piece(299) }?.code == .notFound)
    #expect(
      refusal { () throws(OctavoError) in try tokenizer.decode([65, 301], skippingSpecialTokens: true) }?.code
        == .invalidArgument)
  }

  @Test func recognizesTheLongestAddedToken() throws {
    var small = SmallTokenizer()
    small.add("<n", id: 256)
    small.add("<nn>", id: 257, special: true)
    let tokenizer = try small.tokenizer()
    #expect(try tokenizer.encode("a<nn><n>\0", addingSpecialTokens: false) == [97, 257, 256, 62, 0])
    #expect(try tokenizer.decode([97, 257, 256], skippingSpecialTokens: true) == "a<n")
    #expect(try tokenizer.decode([97, 257, 256], skippingSpecialTokens: false) == "a<nn><n")
  }

  @Test func refusesATextPastTheLimit() throws {
    let tokenizer = try Fixture.tokenizer.get()
    let longest = String(repeating: "a", count: Limits.promptBytesMax)
    #expect(try tokenizer.encode(longest, addingSpecialTokens: true).count == Limits.promptBytesMax + 1)
    let error = refusal { () throws(OctavoError) in try tokenizer.encode(longest + "a", addingSpecialTokens: true) }
    #expect(error?.code == .resourceExhausted)
  }

  @Test func oneTokenizerServesManyTasks() async throws {
    let tokenizer = try Fixture.tokenizer.get()
    let text = "And God said, Let there be light: and there was light. 123 <|end_of_text|>\n"
    let expected = try tokenizer.encode(text, addingSpecialTokens: true)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<64 {
        group.addTask {
          (0..<50).allSatisfy { _ in (try? tokenizer.encode(text, addingSpecialTokens: true)) == expected }
        }
      }
      for await isEqual in group { #expect(isEqual) }
    }
  }

  @Test func opensOnlyFiles() {
    let missing = refusal { () throws(OctavoError) in try Tokenizer.open(Fixture.folder + "none.json") }
    #expect(missing?.code == .notFound)
    #expect(missing?.message.contains("none.json") == true)
    #expect(refusal { () throws(OctavoError) in try Tokenizer.open(Fixture.folder) }?.code == .invalidArgument)
    #expect(refusal { () throws(OctavoError) in try Tokenizer.open("/dev/zero") }?.code == .invalidArgument)
  }
}
