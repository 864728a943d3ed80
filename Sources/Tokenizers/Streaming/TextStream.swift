package import Core

/// Detokenization of a stream of ids that never shows half a character.
///
/// All that `append` and `finish` return, joined, is the `decode` of all ids. At most 3 bytes are held back:
/// those of a character that is not complete yet.
package struct TextStream: Sendable {
  private let tokenizer: Tokenizer
  private let skippingSpecialTokens: Bool
  private var held: [UInt8] = []

  package init(_ tokenizer: Tokenizer, skippingSpecialTokens: Bool = true) {
    self.tokenizer = tokenizer
    self.skippingSpecialTokens = skippingSpecialTokens
  }

  /// The characters that are complete with `id`; bytes that can no longer become any are U+FFFD.
  ///
  /// - Throws: INVALID_ARGUMENT for an id past the vocabulary, NOT_FOUND for an unused one; the stream stays
  ///   as it was.
  package mutating func append(_ id: TokenID) throws(OctavoError) -> String {
    try tokenizer.append(id, skippingSpecialTokens: skippingSpecialTokens, to: &held)
    let incomplete = held.incompleteSuffixCount
    let text = String(decoding: held.dropLast(incomplete), as: UTF8.self)
    held.removeFirst(held.count - incomplete)
    return text
  }

  /// What was held back, as U+FFFD; the stream is empty then.
  package mutating func finish() -> String {
    defer { held = [] }
    return String(decoding: held, as: UTF8.self)
  }
}

extension [UInt8] {
  /// How many bytes at the end may still become a character: 0 to 3.
  fileprivate var incompleteSuffixCount: Int {
    for length in 1...3 where length <= count {
      let start = count - length
      if self[start] & 0xC0 == 0x80 { continue }
      return isIncomplete(from: start) ? length : 0
    }
    return 0
  }

  /// Whether the bytes from `start`, a leading byte, up to the end begin a character and do not complete it.
  /// Source: Unicode 15, table 3-7.
  private func isIncomplete(from start: Int) -> Bool {
    let (length, second): (Int, ClosedRange<UInt8>)
    switch self[start] {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return false
    }
    if count - start >= length { return false }
    return count - start == 1 || second.contains(self[start + 1])
  }
}
