import Core
import TestSupport
import Testing
import Tokenizers

@Suite struct TextStreamTests {
  /// Ids of bytes, chosen so that characters begin, go on and break off in every way.
  private static func randomIDs(_ generator: inout SeededGenerator) -> [TokenID] {
    let leads: [TokenID] = [0x41, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF, 256, 257]
    let followers: [TokenID] = [0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF]
    return (0..<Int.random(in: 0...40, using: &generator)).map { _ in
      let choices = Bool.random(using: &generator) ? leads : followers
      return choices.randomElement(using: &generator) ?? 0
    }
  }

  private static func tokenizer() throws -> Tokenizer {
    var small = SmallTokenizer(merges: [("ð", "Ł")])
    small.add("<x>", id: 257, special: true)
    return try small.tokenizer()
  }

  @Test(arguments: [true, false])
  func piecesJoinToTheTextOfAll(skips: Bool) throws {
    let tokenizer = try Self.tokenizer()
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<2_000 {
      let ids = Self.randomIDs(&generator)
      var stream = TextStream(tokenizer, skippingSpecialTokens: skips)
      var text = ""
      for (count, id) in ids.enumerated() {
        text += try stream.append(id)
        let soFar = try tokenizer.decode(Array(ids[...count]), skippingSpecialTokens: skips)
        // What is held back is one character that is not complete, and nothing else.
        #expect(Array(text.utf8) == Array(soFar.utf8) || Array((text + "\u{FFFD}").utf8) == Array(soFar.utf8))
      }
      text += stream.finish()
      #expect(Array(text.utf8) == Array(try tokenizer.decode(ids, skippingSpecialTokens: skips).utf8), "\(ids)")
      #expect(stream.finish().isEmpty)
    }
  }

  @Test func neverShowsHalfACharacter() throws {
    let tokenizer = try Self.tokenizer()
    let text = "aé€😀\u{10FFFF}\u{800}\u{D7FF}\u{FFFF}z👩‍👧"
    for id in text.utf8.map(TokenID.init) where id > 255 { Issue.record("\(id) is no byte") }
    var stream = TextStream(tokenizer)
    var shown: [String] = []
    for byte in text.utf8 { shown.append(try stream.append(TokenID(byte))) }
    #expect(shown.filter { !$0.isEmpty } == text.unicodeScalars.map { String($0) })
    #expect(stream.finish().isEmpty)
  }

  @Test func replacesAsPythonDoes() throws {
    // bytes.decode(errors="replace") of each.
    let cases: [([TokenID], Int)] = [
      ([0xE2, 0x82], 1), ([0xF0, 0x9F, 0x98], 1), ([0xED, 0xA0, 0x80], 3), ([0xC0, 0x80], 2),
      ([0xF4, 0x90, 0x80, 0x80], 4), ([0xE0, 0x80], 2), ([0x80], 1), ([0xF5], 1),
    ]
    for (bytes, count) in cases {
      var stream = TextStream(try Self.tokenizer())
      var text = ""
      for byte in bytes { text += try stream.append(byte) }
      #expect(text + stream.finish() == String(repeating: "\u{FFFD}", count: count), "\(bytes)")
    }
  }

  @Test func anUnknownIDLeavesTheStreamAsItWas() throws {
    var stream = TextStream(try Self.tokenizer())
    #expect(try stream.append(0xC3).isEmpty)
    #expect(throws: OctavoError.self) { try stream.append(258) }
    #expect(try stream.append(0xA9) == "é")
  }
}
