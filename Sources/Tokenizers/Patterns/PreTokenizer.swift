import Core

/// Cuts text into the words that merging never crosses.
struct PreTokenizer: Sendable {
  enum Step: Sendable {
    /// Cuts at both ends of each match: what matches and what lies between become pieces.
    case split(SplitPattern)
    /// Puts a space before each piece that has none.
    case prefixSpace
  }

  /// Each runs over every piece the one before left.
  let steps: [Step]

  /// Calls `body` with each word of `text`, in order.
  ///
  /// - Parameter text: valid UTF-8. Patterns see nothing around it, nor around the piece they are applied to.
  func forEachWord(
    in text: Span<UInt8>, with matcher: inout PatternMatcher, _ body: (Span<UInt8>) -> Void
  ) throws(OctavoError) {
    try walk(text, from: 0, with: &matcher, body)
  }

  private func walk(
    _ text: Span<UInt8>, from step: Int, with matcher: inout PatternMatcher, _ body: (Span<UInt8>) -> Void
  ) throws(OctavoError) {
    guard !text.isEmpty else { return }
    guard step < steps.count else { return body(text) }
    switch steps[step] {
    case .prefixSpace:
      if text[0] == UInt8(ascii: " ") { return try walk(text, from: step + 1, with: &matcher, body) }
      let prefixed = [UInt8(ascii: " ")] + Array(copying: text)
      try walk(prefixed.span, from: step + 1, with: &matcher, body)
    case .split(let pattern):
      var done = 0
      while let match = try Self.nextMatch(of: pattern, in: text, after: done, with: &matcher) {
        try walk(text.extracting(done..<match.lowerBound), from: step + 1, with: &matcher, body)
        try walk(text.extracting(match), from: step + 1, with: &matcher, body)
        done = match.upperBound
      }
      try walk(text.extracting(done..<text.count), from: step + 1, with: &matcher, body)
    }
  }

  /// The next match that is not empty at `done`, where the last one ended or the text begins: one there
  /// would cut nothing.
  private static func nextMatch(
    of pattern: SplitPattern, in text: Span<UInt8>, after done: Int, with matcher: inout PatternMatcher
  ) throws(OctavoError) -> Range<Int>? {
    var start = done
    while start < text.count {
      guard let match = try matcher.firstMatch(of: pattern, in: text, from: start) else { return nil }
      if !match.isEmpty || match.lowerBound > done { return match }
      start = text.scalar(at: start).end
    }
    return nil
  }
}
