/// Scalars at either side of a position in valid UTF-8.
extension Span<UInt8> {
  /// The scalar that begins at `index`, and the index after it.
  func scalar(at index: Int) -> (scalar: Unicode.Scalar, end: Int) {
    var end = index + 1
    while end < count, self[end] & 0xC0 == 0x80 { end += 1 }
    return (scalar(in: index..<end), end)
  }

  /// The scalar that ends before `index`, and where it begins.
  func scalar(before index: Int) -> (scalar: Unicode.Scalar, start: Int) {
    var start = index - 1
    while start > 0, self[start] & 0xC0 == 0x80 { start -= 1 }
    return (scalar(in: start..<index), start)
  }

  private func scalar(in range: Range<Int>) -> Unicode.Scalar {
    let lead = UInt32(self[range.lowerBound])
    guard lead >= 0x80 else { return Unicode.Scalar(UInt8(lead)) }
    var value = lead & (0x7F >> UInt32(range.count))
    for index in range.dropFirst() { value = value << 6 | UInt32(self[index] & 0x3F) }
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }
}

extension Unicode.Scalar {
  /// `\w` of Unicode's regular expressions (UTS #18, annex C).
  var isWordCharacter: Bool {
    if properties.isAlphabetic || properties.isJoinControl { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
    default: return false
    }
  }
}
