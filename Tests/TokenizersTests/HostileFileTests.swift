import Core
import JSON
import Testing
import Tokenizers

/// Files that must be refused with one clear error that names the place.
@Suite struct HostileFileTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let path: [String]
    let value: JSON
    let code: StatusCode
    let words: String

    init(_ path: String, _ value: JSON, _ code: StatusCode, _ words: String) {
      self.path = path.split(separator: ".").map(String.init)
      self.value = value
      self.code = code
      self.words = words
    }

    var testDescription: String { "\(path.joined(separator: ".")): \(words)" }
  }

  private static let sequence: JSON = .object(["id": "A", "type_id": 0])
  private static let text: JSON = .object(["Sequence": sequence])
  private static let begin: JSON = .object(["SpecialToken": .object(["id": "<b>", "type_id": 0])])

  private static func template(_ single: JSON..., ids: JSON = [0]) -> JSON {
    .object([
      "type": "TemplateProcessing", "single": .array(single), "pair": [],
      "special_tokens": .object(["<b>": .object(["id": "<b>", "ids": ids, "tokens": ["<b>"]])]),
    ])
  }

  private static func added(_ changes: JSON.Object) -> JSON {
    var token: JSON.Object = [
      "id": 256, "content": "<x>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
      "special": false,
    ]
    for (key, value) in changes.entries { token[key] = value }
    return .object(token)
  }

  static let cases: [Case] = [
    Case("version", "2.0", .unimplemented, "version is '2.0'"),
    Case("truncation", .object([:]), .unimplemented, "truncation"),
    Case("padding", .object([:]), .unimplemented, "padding"),
    Case("normalizer", .object(["type": "Lowercase"]), .unimplemented, "normalizer.type is 'Lowercase'"),
    Case("decoder", .null, .invalidArgument, "decoder.type is missing"),
    Case("decoder", .object(["type": "Metaspace"]), .unimplemented, "'Metaspace'"),
    Case("pre_tokenizer", .null, .invalidArgument, "pre_tokenizer is missing"),
    Case("pre_tokenizer", .object(["type": "Digits"]), .unimplemented, "'Digits'"),
    Case("pre_tokenizer", .object(["type": "Sequence", "pretokenizers": []]), .unimplemented, "must be ByteLevel"),
    Case("pre_tokenizer.add_prefix_space", "no", .invalidArgument, "add_prefix_space is 'no'"),
    Case("model", .null, .invalidArgument, "model"),
    Case("model.type", "Unigram", .unimplemented, "model.type is 'Unigram'"),
    Case("model.dropout", 0.1, .unimplemented, "model.dropout is 0.1"),
    Case("model.byte_fallback", true, .unimplemented, "byte_fallback"),
    Case("model.end_of_word_suffix", "</w>", .unimplemented, "end_of_word_suffix is '</w>'"),
    Case("model.continuing_subword_prefix", "##", .unimplemented, "continuing_subword_prefix"),
    Case("model.vocab", .object([:]), .invalidArgument, "model.vocab is an object of 0"),
    Case("model.vocab.x", -1, .invalidArgument, "model.vocab.x is -1"),
    Case("model.vocab.x", 1_048_576, .invalidArgument, "1048576"),
    Case("model.vocab.x", 4_294_967_295, .invalidArgument, "4294967295"),
    Case("model.vocab.x", 1.5, .invalidArgument, "1.5"),
    Case("model.vocab.xx", 7, .invalidArgument, "model.vocab.xx is 7: another token has this id"),
    Case("model.merges", .null, .invalidArgument, "model.merges is missing"),
    Case("model.merges", ["a b c"], .invalidArgument, "model.merges[0] is 'a b c'"),
    Case("model.merges", [["a"]], .invalidArgument, "model.merges[0] is a list of 1"),
    Case("model.merges", [["a", 1]], .invalidArgument, "model.merges[0]"),
    Case("model.merges", [["a", "xx"]], .invalidArgument, "model.merges[0] is 'a' and 'xx'"),
    Case("model.merges", ["a b"], .invalidArgument, "what they become must be in the vocabulary"),
    Case("added_tokens", .object([:]), .invalidArgument, "added_tokens is an object"),
    Case("added_tokens", [added(["content": ""])], .invalidArgument, "content is ''"),
    Case("added_tokens", [added(["id": 255])], .invalidArgument, "id is 255"),
    Case("added_tokens", [added(["id": 257])], .invalidArgument, "id is 257: new tokens count on"),
    Case("added_tokens", [added(["content": "a"])], .invalidArgument, "the vocabulary gives 'a' the id 97"),
    Case("added_tokens", [added(["id": 1_048_576])], .invalidArgument, "1048576"),
    Case("added_tokens", [added([:]), added(["id": 257])], .invalidArgument, "content is '<x>': it stands twice"),
    Case("added_tokens", [added(["lstrip": nil])], .invalidArgument, "lstrip is missing"),
    Case("post_processor", .object(["type": "BertProcessing"]), .unimplemented, "'BertProcessing'"),
    Case("post_processor", template(begin, text, ids: [256]), .invalidArgument, "ids[0] is 256"),
    Case("post_processor", template(begin, text, ids: [-1]), .invalidArgument, "ids[0] is -1"),
    Case("post_processor", template(begin), .unimplemented, "the text must stand in it once"),
    Case("post_processor", template(text, text), .unimplemented, "the text must stand in it once"),
    Case(
      "post_processor", template(.object(["SpecialToken": .object(["id": "<c>"])]), text), .invalidArgument,
      "'<c>': special_tokens has no such entry"),
    Case(
      "post_processor", .object(["type": "Sequence", "processors": [template(text), template(text)]]),
      .unimplemented, "one TemplateProcessing"),
    Case("post_processor", template(begin, text, ids: .array(Array(repeating: 0, count: 65))), .unimplemented, "64"),
  ]

  @Test(arguments: cases)
  func isRefused(_ hostile: Case) throws {
    var small = SmallTokenizer()
    small.set(hostile.path, hostile.value)
    let error = try #require(refusal { () throws(OctavoError) in try small.tokenizer() })
    #expect(error.code == hostile.code && error.message.contains(hostile.words), "\(error)")
    #expect(error.message.hasPrefix("tokenizer.json: "))
  }

  @Test func theFileItselfIsFine() throws {
    var small = SmallTokenizer()
    small.root["post_processor"] = Self.template(Self.begin, Self.text, Self.begin, ids: [98, 99])
    #expect(try small.tokenizer().encode("a", addingSpecialTokens: true) == [98, 99, 97, 98, 99])
    #expect(try small.tokenizer().encode("a", addingSpecialTokens: false) == [97])
  }

  @Test func anAddedTokenOverAnotherIDIsRefused() throws {
    var small = SmallTokenizer()
    // 257 tokens, so the next is 257: taken, as the vocabulary leaves 256 out.
    small.set(["model", "vocab", "far"], 257)
    small.add("<x>", id: 257)
    let error = try #require(refusal { () throws(OctavoError) in try small.tokenizer() })
    #expect(error.code == .invalidArgument && error.message.contains("another token has this id"))
  }

  @Test(arguments: ["", "null", "[]", "{", "{}", "{\"model\":{},\"model\":{}}", "\u{FEFF}{}"])
  func whatIsNoTokenizerIsRefused(text: String) {
    #expect(refusal { () throws(OctavoError) in try Tokenizer(json: Array(text.utf8)) }?.code == .invalidArgument)
  }

  @Test func aCutFileIsRefusedWhereverItEnds() throws {
    let whole = try Array(JSON.object(SmallTokenizer(merges: [("a", "b")]).root).text().utf8)
    for length in stride(from: 0, to: whole.count, by: 97) {
      #expect(throws: OctavoError.self) { try Tokenizer(json: Array(whole.prefix(length))) }
    }
  }

  @Test func aMissingByteWithAnUnknownTokenIsRefused() throws {
    var small = SmallTokenizer()
    small.set(["model", "vocab", "a"], .null)
    small.root["model"] = Self.removingA(from: small.root["model"])
    #expect(try small.tokenizer().encode("bab", addingSpecialTokens: false) == [98, 98])
    small.set(["model", "unk_token"], "b")
    let error = refusal { () throws(OctavoError) in try small.tokenizer() }
    #expect(error?.code == .unimplemented && error?.message.contains("unk_token is 'b'") == true)
  }

  private static func removingA(from model: JSON?) -> JSON? {
    guard case .object(var members) = model, case .object(var vocabulary) = members["vocab"] else { return model }
    vocabulary["a"] = nil
    members["vocab"] = .object(vocabulary)
    return .object(members)
  }
}
