/// How much of one string the text so far ends with: Knuth, Morris and Pratt's automaton.
struct PrefixAutomaton: Sendable {
  private let pattern: [UInt8]
  /// For each length, the longest shorter prefix of the pattern that ends the prefix of that length.
  private let fallbacks: [Int]
  /// How long the longest prefix of the pattern is that the text ends with.
  private(set) var matched = 0

  /// - Parameter pattern: not empty.
  init(_ pattern: [UInt8]) {
    self.pattern = pattern
    var fallbacks = [0, 0]
    var length = 0
    for byte in pattern.dropFirst() {
      while length > 0, pattern[length] != byte { length = fallbacks[length] }
      if pattern[length] == byte { length += 1 }
      fallbacks.append(length)
    }
    self.fallbacks = fallbacks
  }

  var count: Int { pattern.count }

  /// - Returns: whether the text now ends with the whole pattern.
  mutating func advance(by byte: UInt8) -> Bool {
    if matched == pattern.count { matched = fallbacks[matched] }
    while matched > 0, pattern[matched] != byte { matched = fallbacks[matched] }
    if pattern[matched] == byte { matched += 1 }
    return matched == pattern.count
  }

  mutating func reset() { matched = 0 }
}
