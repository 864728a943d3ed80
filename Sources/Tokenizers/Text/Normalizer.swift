@_spi(_Unicode) import Swift

/// What happens to text before it is split.
///
/// NFC is the standard library's own, equal to Unicode's for every assigned character. (Foundation's
/// composes U+1100 U+1161 with the unassigned neighbours of Hangul's final consonants.)
enum Normalizer: Sendable {
  case none
  case nfc

  /// Starters that decompose into non-starters: the standard library does not sort the marks around them,
  /// unless they come decomposed.
  private static let decomposedNonStarters: [Unicode.Scalar: [Unicode.Scalar]] = [
    "\u{F73}": ["\u{F71}", "\u{F72}"], "\u{F75}": ["\u{F71}", "\u{F74}"], "\u{F81}": ["\u{F71}", "\u{F80}"],
  ]

  /// - Returns: the normalized text, or `nil` where it is equal to `text`, which is valid UTF-8.
  func normalized(_ text: Span<UInt8>) -> [UInt8]? {
    guard case .nfc = self, Self.mayChange(text) else { return nil }
    var source = String.UnicodeScalarView()
    for scalar in String(decoding: Array(copying: text), as: UTF8.self).unicodeScalars {
      if let parts = Self.decomposedNonStarters[scalar] {
        source.append(contentsOf: parts)
      } else {
        source.append(scalar)
      }
    }
    var result = String.UnicodeScalarView()
    for scalar in String(source)._nfc { result.append(scalar) }
    return Array(String(result).utf8)
  }

  /// Below U+0300, whose first byte is 0xCC, nothing combines or decomposes under NFC.
  private static func mayChange(_ text: Span<UInt8>) -> Bool {
    for index in text.indices where text[index] >= 0xCC { return true }
    return false
  }
}

extension Array where Element == UInt8 {
  init(copying span: Span<UInt8>) {
    self.init()
    reserveCapacity(span.count)
    for index in span.indices { append(span[index]) }
  }
}
