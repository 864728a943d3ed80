import Core

/// Finds added tokens in text: leftmost, of several the longest, never overlapping.
struct AddedTokenFinder: Sendable {
  /// A stretch of text, or a token found in it.
  enum Segment: Equatable {
    case text(Range<Int>)
    case token(TokenID)
  }

  private static let none = UInt32.max

  private let tokens: [AddedToken]
  /// A trie: from a node and a byte to the next node; node 0 is the root.
  private var edges: PairTable
  /// The token that ends at each node, `none` if none does.
  private var endings: [UInt32]
  /// Whether any token begins with a byte: most bytes of a text are passed over by this alone.
  private var begins = [Bool](repeating: false, count: 256)

  var isEmpty: Bool { tokens.isEmpty }

  /// - Parameter tokens: none of them empty, no two with the same content.
  init(_ tokens: [AddedToken]) {
    self.tokens = tokens
    edges = PairTable(minimumCapacity: tokens.reduce(0) { $0 + $1.content.count })
    endings = [Self.none]
    for (index, token) in tokens.enumerated() {
      var node: UInt32 = 0
      for byte in token.content { node = child(of: node, adding: byte) }
      endings[Int(node)] = UInt32(index)
      begins[Int(token.content[0])] = true
    }
  }

  /// Cuts `text`, valid UTF-8, at the tokens in it, as `tokenizers` does: a token that is found and turned
  /// down because it is no single word is not searched for a shorter one.
  func segments(of text: Span<UInt8>) -> [Segment] {
    guard !isEmpty else { return text.isEmpty ? [] : [.text(0..<text.count)] }
    var segments: [Segment] = []
    var done = 0
    var position = 0
    var spaces = SpaceRun()
    while let match = firstMatch(in: text, from: position) {
      position = match.range.upperBound
      let token = tokens[match.token]
      if token.isSingleWord, !Self.standsAlone(match.range, in: text) { continue }
      let start =
        token.stripsLeft ? spaces.start(before: match.range.lowerBound, in: text, from: done) : match.range.lowerBound
      if done < start { segments.append(.text(done..<start)) }
      segments.append(.token(token.id))
      done = token.stripsRight ? spaces.end(after: position, in: text) : position
    }
    if done < text.count { segments.append(.text(done..<text.count)) }
    return segments
  }

  private func firstMatch(in text: Span<UInt8>, from start: Int) -> (token: Int, range: Range<Int>)? {
    var position = start
    while position < text.count {
      if begins[Int(text[position])], let match = longestMatch(in: text, at: position) { return match }
      position &+= 1
    }
    return nil
  }

  private func longestMatch(in text: Span<UInt8>, at start: Int) -> (token: Int, range: Range<Int>)? {
    var best: (token: Int, range: Range<Int>)?
    var node: UInt32 = 0
    for position in start..<text.count {
      let following = edges.value(node, UInt32(text[position]))
      guard following != PairTable.absent else { break }
      node = UInt32(truncatingIfNeeded: following)
      let ending = endings[Int(node)]
      if ending != Self.none { best = (Int(ending), start..<position + 1) }
    }
    return best
  }

  private mutating func child(of node: UInt32, adding byte: UInt8) -> UInt32 {
    let known = edges.value(node, UInt32(byte))
    if known != PairTable.absent { return UInt32(truncatingIfNeeded: known) }
    let added = UInt32(endings.count)
    endings.append(Self.none)
    edges.set(node, UInt32(byte), UInt64(added))
    return added
  }

  private static func standsAlone(_ range: Range<Int>, in text: Span<UInt8>) -> Bool {
    if range.lowerBound > 0, text.scalar(before: range.lowerBound).scalar.isWordCharacter { return false }
    return range.upperBound == text.count || !text.scalar(at: range.upperBound).scalar.isWordCharacter
  }
}
