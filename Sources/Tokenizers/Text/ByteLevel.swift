/// GPT-2's alphabet: one printable character for every byte, in which byte-level vocabularies are spelled.
///
/// Printable Latin-1 stands for itself; the other 68 bytes, in order, are U+0100 and on.
/// Source: <https://github.com/openai/gpt-2/blob/master/src/encoder.py>, `bytes_to_unicode`.
package enum ByteLevel {
  /// The character of each byte.
  package static let scalars: [Unicode.Scalar] = {
    var next: UInt8 = 0
    return (UInt8.min...UInt8.max).map { byte in
      if isPrintable(byte) { return Unicode.Scalar(byte) }
      defer { next += 1 }
      return Unicode.Scalar(0x100 + UInt16(next)) ?? " "
    }
  }()

  /// Each character's byte, by the character's value; `nil` where it is none of the alphabet.
  private static let bytes: [UInt8?] = {
    var bytes = [UInt8?](repeating: nil, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar.value)] = UInt8(byte) }
    return bytes
  }()

  /// The pattern that the ByteLevel pre-tokenizer brings along.
  static let pattern = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  /// The bytes that `content` spells, or `nil` if a character of it is none of the alphabet.
  static func decoded(_ content: String) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(content.utf8.count)
    for scalar in content.unicodeScalars {
      guard scalar.value < bytes.count, let byte = bytes[Int(scalar.value)] else { return nil }
      result.append(byte)
    }
    return result
  }

  private static func isPrintable(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: true
    default: false
    }
  }
}
