import Core

extension JSONParser {
  /// Reads a number; one that overflows a double is refused, an integer past 64 bits becomes a double.
  mutating func number() throws(OctavoError) -> JSON {
    let start = offset
    step(over: UInt8(ascii: "-"))
    if !step(over: UInt8(ascii: "0")) { try digits() }
    var isInteger = true
    if step(over: UInt8(ascii: ".")) {
      isInteger = false
      try digits()
    }
    if step(over: UInt8(ascii: "e")) || step(over: UInt8(ascii: "E")) {
      isInteger = false
      if !step(over: UInt8(ascii: "+")) { step(over: UInt8(ascii: "-")) }
      try digits()
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isInteger, let integer = Int(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else {
      throw malformed(at: start, "the number \(quoted(text)) does not fit 64 bits")
    }
    return .number(number)
  }

  private mutating func digits() throws(OctavoError) {
    let start = offset
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
    guard offset > start else { throw unexpected("a digit") }
  }

  @discardableResult
  private mutating func step(over byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }
}
