import Core

extension JSONParser {
  /// Reads a string from its opening quotation mark. Nearly all strings have no escape: their bytes are
  /// checked and copied in one piece.
  mutating func string() throws(OctavoError) -> String {
    let opening = offset
    offset += 1
    let start = offset
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
    if next == UInt8(ascii: "\"") {
      let text = try text(of: bytes.span.extracting(start..<offset), at: start)
      offset += 1
      return text
    }
    offset = start
    return try escapedString(opening: opening)
  }

  private mutating func escapedString(opening: Int) throws(OctavoError) -> String {
    var unescaped: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return try text(of: unescaped.span, at: opening)
      case UInt8(ascii: "\\"): try escape(into: &unescaped)
      case 0..<0x20: throw malformed(at: offset, "a control character in a string: write it as an escape")
      default:
        unescaped.append(byte)
        offset += 1
      }
    }
    throw malformed(at: opening, "the string has no end")
  }

  private func text(of content: Span<UInt8>, at start: Int) throws(OctavoError) -> String {
    do {
      return String(copying: try UTF8Span(validating: content))
    } catch {
      throw malformed(at: start, "the string is not UTF-8 (\(error.kind))")
    }
  }

  /// Reads one escape from its backslash.
  private mutating func escape(into unescaped: inout [UInt8]) throws(OctavoError) {
    let start = offset
    offset += 1
    guard let kind = next else { throw malformed(at: start, "the string has no end") }
    offset += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(kind)
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "n"): unescaped.append(0x0A)
    case UInt8(ascii: "r"): unescaped.append(0x0D)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "u"): unescaped.append(contentsOf: UTF8.encode(try scalar(from: start))!)
    default: throw malformed(at: start, "an unknown escape")
    }
  }

  /// The scalar of a `\u` escape whose four digits come next, or of two that make a surrogate pair.
  private mutating func scalar(from start: Int) throws(OctavoError) -> Unicode.Scalar {
    let high = try fourDigits(from: start)
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard high < 0xDC00, next == UInt8(ascii: "\\"), offset + 1 < bytes.count,
      bytes[offset + 1] == UInt8(ascii: "u")
    else { throw malformed(at: start, "a lone surrogate") }
    offset += 2
    let low = try fourDigits(from: start)
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    else { throw malformed(at: start, "a lone surrogate") }
    return scalar
  }

  private mutating func fourDigits(from start: Int) throws(OctavoError) -> UInt32 {
    var number: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw malformed(at: start, "\\u needs four hexadecimal digits")
      }
      number = number << 4 | UInt32(digit)
      offset += 1
    }
    return number
  }
}
