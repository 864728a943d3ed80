import Core
import Testing
import Tokenizers

@Suite struct SplitPatternTests {
  /// Constructs in which Oniguruma and PCRE2 differ, or may.
  @Test(arguments: [
    ".", "^a", "a$", "\\bword", "\\w+", "\\h", "\\v\\R", "\\x41", "\\u0041", "\\1", "\\K", "(?<a>b)", "(?<=a)b",
    "(?>a)", "(?i)a", "(?-i:a)", "(?R)", "(*FAIL)", "a{2}+", "a{2}?", "a{,2}", "a{", "a}", "a**", "a+*", "[[:alpha:]]",
    "[a-z&&b]", "[]a]", "[\\S]", "[a-c-e]", "[\\s-a]", "\\p{Han}", "\\p{Letter}", "(?i:ss)", "(?i:\\p{Lu})",
    "(?i:[a-z])", "(?i:é)", "(?=a)+", "a{1001}", "\\pL",
  ])
  func refusesByName(pattern: String) {
    let error = refuse(pattern)
    #expect(
      error?.code == .unimplemented && error?.message.contains("not supported") == true, "\(pattern) \(error as Any)")
    #expect(error?.message.contains("pre_tokenizer.pretokenizers[0].pattern.Regex") == true)
  }

  @Test(arguments: ["", "(a", "a)", "[a", "*a", "a|+", "a\\", "[b-a]", "a{3,2}"])
  func refusesWhatIsNoPattern(pattern: String) {
    #expect(refuse(pattern)?.code == .invalidArgument, "\(pattern)")
  }

  @Test func refusesAPatternPastTheLimits() {
    #expect(refuse(String(repeating: "a", count: 8_193))?.code == .resourceExhausted)
    let nested = String(repeating: "(", count: 40) + "a" + String(repeating: ")", count: 40)
    #expect(refuse(nested)?.code == .unimplemented)
    // Compiles to far more than its length.
    let repeated = "(?:(?:(?:a{1000}){1000}){1000}){1000}"
    #expect(refuse(repeated)?.code == .invalidArgument)
  }

  @Test func givesUpOnExponentialMatching() throws {
    var small = SmallTokenizer()
    small.split(by: "(?:a+)+(?:b|c)")
    let tokenizer = try small.tokenizer()
    #expect(try tokenizer.encode("aaab", addingSpecialTokens: false) == [97, 97, 97, 98])
    let text = String(repeating: "a", count: 60) + "d" + "bc"
    let error = refusal { () throws(OctavoError) in try tokenizer.encode(text, addingSpecialTokens: false) }
    #expect(error?.code == .resourceExhausted && error?.message.contains("match limit") == true, "\(error as Any)")
  }

  @Test func repeatedGroupsGetAStackUpToALimit() throws {
    var small = SmallTokenizer(merges: [("a", "b")])
    small.split(by: "(?:ab|a[^a])+c")
    let tokenizer = try small.tokenizer()
    // More than the 32 KiB that matching starts with.
    let pairs = String(repeating: "ab", count: 5_000)
    #expect(try tokenizer.encode(pairs + "c", addingSpecialTokens: false).count == 5_001)
    let tooMany = String(repeating: "ab", count: 1_000_000)
    let error = refusal { () throws(OctavoError) in try tokenizer.encode(tooMany + "c", addingSpecialTokens: false) }
    #expect(error?.code == .resourceExhausted)
  }

  @Test func splitsWhereNothingMergesAcross() throws {
    var small = SmallTokenizer(merges: [("a", "b"), ("b", "c")])
    small.split(by: "ab|\\s*|[^\\s\\P{L}x-z]{2}")
    let tokenizer = try small.tokenizer()
    #expect(try tokenizer.encode("abc", addingSpecialTokens: false) == [256, 99])
    // An empty match cuts as well.
    #expect(try tokenizer.encode("-bc", addingSpecialTokens: false) == [45, 98, 99])
  }

  @Test func mongolianVowelSeparatorIsNoSpace() throws {
    var small = SmallTokenizer(merges: [("á", "ł"), ("áł", "İ"), ("áłİ", "a")])
    small.split(by: "\\s")
    // U+180E is E1 A0 8E; cut off as a space it could not merge with the letter.
    #expect(try small.tokenizer().encode("\u{180E}a", addingSpecialTokens: false) == [258])
    #expect(try small.tokenizer().encode("\u{1680}a", addingSpecialTokens: false).last == 97)
  }

  private func refuse(_ pattern: String) -> OctavoError? {
    var small = SmallTokenizer()
    small.split(by: pattern)
    return refusal { () throws(OctavoError) in try small.tokenizer() }
  }
}
