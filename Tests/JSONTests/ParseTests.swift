import Core
import JSON
import Testing

@Suite struct ParseTests {
  static let limits = JSONLimits(bytesMax: 1_000, depthMax: 4, entriesMax: 10)

  static func parse(_ text: String, limits: JSONLimits = limits) throws(OctavoError) -> JSON {
    try JSON.parse(Array(text.utf8), source: "test.json", limits: limits)
  }

  static func error(_ bytes: [UInt8], limits: JSONLimits = limits) -> OctavoError? {
    do throws(OctavoError) {
      _ = try JSON.parse(bytes, source: "test.json", limits: limits)
      return nil
    } catch {
      return error
    }
  }

  static let documents: [(String, JSON)] = [
    ("null", JSON.null), (" true\n", .bool(true)), ("false", .bool(false)), ("0", .integer(0)), ("-0", .integer(0)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1e-05", .number(1e-5)), ("10000.0", .number(10_000)),
    ("-2.5E+3", .number(-2_500)), ("4.9e-324", .number(.leastNonzeroMagnitude)), ("[]", .array([])),
    ("{}", .object([:])), ("[1, [2], {\"a\": []}]", [1, [2], .object(["a": []])]), ("\"\"", .string("")),
    (#""\u00e9\ud83d\ude00\/\"\\\b\f\n\r\t""#, .string("é😀/\"\\\u{8}\u{c}\n\r\t")), (#""\u0000""#, .string("\0")),
    ("\"héé😀\"", .string("héé😀")),
  ]

  @Test(arguments: documents)
  func readsWhatTheGrammarAllows(text: String, value: JSON) throws {
    #expect(try Self.parse(text) == value)
  }

  @Test(arguments: [
    "", " ", "nul", "nulll", "True", "1 2", "01", "-", "1.", ".5", "1e", "+1", "NaN", "Infinity", "1e400", "-1e400",
    "[1,]",
    "[,1]", "[1", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":1", "{\"a\" 1}", "\"", "\"\\", "\"\\x\"",
    "\"\\u12\"", "\"\\u12g4\"",
    "\"\n\"", "\"a\tb\"", "]", "}", "'a'", "// x", "[1] x", "\u{FEFF}{}",
  ])
  func refusesWhatItForbids(text: String) {
    #expect(Self.error(Array(text.utf8))?.code == .invalidArgument)
  }

  @Test(arguments: [#""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800x""#, #""\ud800\n""#, #""\udc00\ud800""#])
  func refusesLoneSurrogates(text: String) {
    #expect(Self.error(Array(text.utf8))?.message.contains("lone surrogate") == true)
  }

  @Test(
    arguments: [
      [0xFF], [0xC3], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
    ] as [[UInt8]])
  func refusesTextThatIsNotUTF8(bytes: [UInt8]) {
    let quoted = [0x22] + bytes + [0x22]
    #expect(Self.error(quoted)?.message.contains("not UTF-8") == true)
    let escaped = [0x22, 0x5C, 0x6E] + bytes + [0x22]
    #expect(Self.error(escaped)?.message.contains("not UTF-8") == true)
    #expect(Self.error([0x7B] + quoted + [0x3A, 0x31, 0x7D])?.message.contains("not UTF-8") == true)
  }

  @Test func refusesKeysThatStandTwice() {
    let error = Self.error(Array(#"{"a":1,"b":{"a":2},"\u0061":3}"#.utf8))
    #expect(error?.code == .invalidArgument)
    #expect(error?.message == "test.json: byte 19: the key 'a' stands twice: keep one")
    let many = (0..<9).map { "\"k\($0)\":0" } + ["\"k3\":1"]
    #expect(Self.error(Array("{\(many.joined(separator: ","))}".utf8))?.message.contains("'k3' stands twice") == true)
  }

  @Test func keepsKeysApartThatAreOnlyCanonicallyEquivalent() throws {
    guard case .object(let members) = try Self.parse(#"{"\u00e9":1,"e\u0301":2}"#) else { throw Unexpected() }
    #expect(members.count == 2)
    #expect(members["\u{e9}"] == 1)
    #expect(members["e\u{301}"] == 2)
  }

  @Test func boundsBytesDepthAndEntries() throws {
    #expect(try Self.parse("[[[[1]]]]") == [[[[1]]]])
    #expect(Self.error(Array("[[[[[1]]]]]".utf8))?.code == .resourceExhausted)
    #expect(Self.error(Array("[{\"a\":[{\"b\":[]}]}]".utf8))?.code == .resourceExhausted)
    #expect(try Self.parse("[1,2,3,4,5,6,7,8,9,10]") != .null)
    #expect(Self.error(Array("[1,2,3,4,5,6,7,8,9,10,11]".utf8))?.code == .resourceExhausted)
    #expect(Self.error(Array("[[1,2,3,4,5],{\"a\":1,\"b\":2,\"c\":3,\"d\":4}]".utf8))?.code == .resourceExhausted)
    #expect(Self.error([UInt8](repeating: 0x20, count: 1_001))?.code == .resourceExhausted)
  }

  @Test func survivesTheDeepestNestingWithoutAStackOverflow() {
    let limits = JSONLimits(bytesMax: 1 << 20, depthMax: .max, entriesMax: .max)
    #expect(limits.depthMax == JSONLimits.depthMost)
    for opening in ["[", "{\"a\":"] {
      let bytes = Array(String(repeating: opening, count: 100_000).utf8)
      #expect(Self.error(bytes, limits: limits)?.code == .resourceExhausted)
    }
  }

  @Test func readsEveryPrefixOfADocumentWithoutATrap() {
    let text = #"{"a": [1, -2.5e3, "x\u00e9\ud83d\ude00", true, null], "b": {"c": false}}"#
    let bytes = Array(text.utf8)
    for count in 0..<bytes.count {
      #expect(Self.error(Array(bytes[..<count]))?.code == .invalidArgument)
    }
    #expect(Self.error(bytes) == nil)
  }

  @Test func readsAVocabularyOfAHundredThousandKeys() throws {
    let count = 100_000
    let text = "{" + (0..<count).map { "\"token\($0)\":\($0)" }.joined(separator: ",") + "}"
    let limits = JSONLimits(bytesMax: 1 << 24, depthMax: 8, entriesMax: count)
    guard case .object(let members) = try Self.parse(text, limits: limits) else { throw Unexpected() }
    #expect(members.count == count)
    #expect(members["token99999"] == 99_999)
    #expect(members["token100000"] == nil)
    #expect(members.entries[5].key == "token5")
  }
}

struct Unexpected: Error {}
