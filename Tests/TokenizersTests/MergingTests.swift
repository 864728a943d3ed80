import Core
import JSON
import TestSupport
import Testing
import Tokenizers

/// Merging against the definition: again and again the pair of lowest rank, of several the leftmost.
@Suite struct MergingTests {
  private static let merges = [
    ("b", "a"), ("a", "a"), ("a", "b"), ("aa", "b"), ("ab", "a"), ("ba", "ba"), ("aa", "aa"), ("b", "b"),
    ("aab", "bb"), ("bab", "a"), ("ba", "b"), ("aaaa", "aaaa"), ("bb", "bb"), ("c", "ab"),
  ]

  private static func reference(_ text: String) -> [String] {
    var parts = text.map(String.init)
    for _ in text {
      let ranks = zip(parts, parts.dropFirst()).map { left, right in
        merges.firstIndex { $0 == (left, right) } ?? .max
      }
      guard let lowest = ranks.min(), lowest < .max, let place = ranks.firstIndex(of: lowest) else { break }
      parts[place] += parts.remove(at: place + 1)
    }
    return parts
  }

  @Test(arguments: [1, 2, 3, 17, 63, 64, 65, 66, 200, 700])
  func equalsTheDefinition(length: Int) throws {
    let tokenizer = try SmallTokenizer(merges: Self.merges).tokenizer()
    var generator = SeededGenerator(seed: UInt64(length))
    for letters in ["a", "ab", "aab", "abc"] {
      for _ in 0..<10 {
        let text = String((0..<length).map { _ in letters.randomElement(using: &generator) ?? "a" })
        let pieces = try tokenizer.encode(text, addingSpecialTokens: false).map { id in
          String(decoding: try tokenizer.piece(id), as: UTF8.self)
        }
        #expect(pieces == Self.reference(text), "\(text)")
      }
    }
  }

  @Test func mergesMegabytesOfOneLetter() throws {
    let merges = (0..<12).map { (String(repeating: "a", count: 1 << $0), String(repeating: "a", count: 1 << $0)) }
    let tokenizer = try SmallTokenizer(merges: merges).tokenizer()
    let ids = try tokenizer.encode(String(repeating: "a", count: (4 << 20) - 1), addingSpecialTokens: false)
    // 1,023 tokens of 4,096, then one each of 2,048, 1,024 and so on.
    let rest: [TokenID] = [266, 265, 264, 263, 262, 261, 260, 259, 258, 257, 256, 97]
    #expect(ids == [TokenID](repeating: 267, count: 1_023) + rest)
  }

  @Test func theLaterOfTwoEqualMergesCounts() throws {
    // As first listed, "ab" would come before "bc".
    let merges = [("a", "b"), ("b", "c"), ("a", "b")]
    let tokenizer = try SmallTokenizer(merges: merges).tokenizer()
    #expect(try tokenizer.encode("abc", addingSpecialTokens: false) == [97, 257])
  }

  @Test func wholeWordsComeFirstWhereMergesAreIgnored() throws {
    var small = SmallTokenizer(merges: [("a", "b")])
    small.set(["model", "vocab", "abc"], 300)
    #expect(try small.tokenizer().encode("abc", addingSpecialTokens: false) == [256, 99])
    small.set(["model", "ignore_merges"], true)
    #expect(try small.tokenizer().encode("abc", addingSpecialTokens: false) == [300])
  }
}
