import Core
import Testing

@Suite struct ErrorTests {
  @Test(arguments: [
    ("plain", "'plain'"), ("", "''"), ("a\nb", #"'a\nb'"#), ("\u{1B}[31m", #"'\u{1B}[31m'"#), ("tab\t", #"'tab\t'"#),
    ("a\0b", #"'a\0b'"#), ("\u{202E}abc", #"'\u{202E}abc'"#), ("é 😀", "'é 😀'"),
  ])
  func quotesTextSafely(text: String, shown: String) {
    #expect(quoted(text) == shown)
  }

  @Test func quotesOnlyTheBeginningOfLongText() {
    #expect(quoted(String(repeating: "x", count: 80)) == "'" + String(repeating: "x", count: 80) + "'")
    #expect(quoted(String(repeating: "x", count: 81)) == "'" + String(repeating: "x", count: 80) + "…'")
    #expect(quoted("abc", scalarsMax: 2) == "'ab…'")
  }

  @Test func describesCodeMessageAndCause() {
    let cause = OctavoError.invalid("top_k", "0", "give 1")
    #expect(cause.description == "INVALID_ARGUMENT: top_k is 0: give 1")
    #expect(
      OctavoError(.unavailable, "the worker is gone", cause: cause).description
        == "UNAVAILABLE: the worker is gone (INVALID_ARGUMENT: top_k is 0: give 1)")
  }

  @Test func numbersCodesAsGRPCDoes() {
    #expect(StatusCode.allCases.map(\.rawValue) == Array(0...16))
    #expect(StatusCode(rawValue: 8) == .resourceExhausted)
    #expect(StatusCode.dataLoss.description == "DATA_LOSS")
    #expect(Set(StatusCode.allCases.map(\.description)).count == 17)
  }

  @Test func aPeersMessageStaysOnOneLine() {
    #expect(singleLine("héllo, wörld 🌍") == "héllo, wörld 🌍")
    #expect(singleLine("a\nb\u{1B}[31m\u{2028}c") == "a\\nb\\u{1B}[31m\\u{2028}c")
  }
}
