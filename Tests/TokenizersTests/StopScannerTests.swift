import TestSupport
import Testing
import Tokenizers

@Suite struct StopScannerTests {
  /// The definition: the first place where a stop is complete, and of those that are, the longest.
  private static func reference(_ text: String, _ stops: [String]) -> (text: String, stopped: Bool) {
    let bytes = Array(text.utf8)
    for end in 0...bytes.count {
      let complete = stops.map { Array($0.utf8) }.filter { !$0.isEmpty && bytes[..<end].suffix($0.count) == $0[...] }
      guard let longest = complete.max(by: { $0.count < $1.count }) else { continue }
      return (String(decoding: bytes[..<(end - longest.count)], as: UTF8.self), true)
    }
    return (text, false)
  }

  private static func word(_ letters: String, _ length: ClosedRange<Int>, _ generator: inout SeededGenerator) -> String
  {
    String((0..<Int.random(in: length, using: &generator)).map { _ in letters.randomElement(using: &generator) ?? "a" })
  }

  @Test(arguments: ["a", "ab", "abc", "aé€", "😀😁"])
  func equalsTheDefinitionHoweverTheTextIsCut(letters: String) {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<3_000 {
      let stops = (0..<Int.random(in: 0...3, using: &generator)).map { _ in Self.word(letters, 0...5, &generator) }
      let pieces = (0..<Int.random(in: 0...6, using: &generator)).map { _ in Self.word(letters, 0...4, &generator) }
      let expected = Self.reference(pieces.joined(), stops)
      var scanner = StopScanner(stops: stops)
      var text = ""
      var stopped = false
      for piece in pieces {
        let result = scanner.append(piece)
        text += result.text
        #expect(!stopped || (result.text.isEmpty && result.stopped))
        stopped = result.stopped
      }
      text += scanner.finish()
      #expect(text == expected.text && stopped == expected.stopped, "\(pieces) \(stops)")
    }
  }

  @Test func holdsBackNoMoreThanMayBeginAStop() {
    var scanner = StopScanner(stops: ["END", "\n\n"])
    #expect(scanner.append("an E").text == "an ")
    #expect(scanner.append("N").text == "")
    #expect(scanner.append("x\n").text == "ENx")
    #expect(scanner.append("a").text == "\na")
    let last = scanner.append("E")
    #expect(last.text.isEmpty && !last.stopped)
    #expect(scanner.finish() == "E")
  }

  @Test func nothingFollowsAStop() {
    var scanner = StopScanner(stops: ["stop"])
    let first = scanner.append("go stop go")
    #expect(first.text == "go " && first.stopped)
    let second = scanner.append("more")
    #expect(second.text.isEmpty && second.stopped)
    #expect(scanner.finish().isEmpty)
  }

  @Test func comparesBytesAndNotEquivalence() {
    var scanner = StopScanner(stops: ["e\u{301}"])
    let result = scanner.append("\u{E9}.")
    #expect(result.text == "\u{E9}." && !result.stopped)
  }
}
