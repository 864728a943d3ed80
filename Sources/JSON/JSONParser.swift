import Core

/// Recursive descent over the bytes of one document: values, arrays and objects.
struct JSONParser {
  let bytes: [UInt8]
  let source: String
  let limits: JSONLimits
  var offset = 0
  private var entryCount = 0

  init(bytes: [UInt8], source: String, limits: JSONLimits) {
    self.bytes = bytes
    self.source = source
    self.limits = limits
  }

  /// The byte at the offset; `nil` at the end.
  var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  mutating func document() throws(OctavoError) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw unexpected("the document to end here") }
    return value
  }

  private mutating func value(depth: Int) throws(OctavoError) -> JSON {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
    case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return try number()
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: throw unexpected("a value")
    }
  }

  private mutating func object(depth: Int) throws(OctavoError) -> JSON.Object {
    var members = JSON.Object()
    try open(depth: depth)
    if closes(UInt8(ascii: "}")) { return members }
    repeat {
      try countEntry()
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw unexpected("a key in quotation marks") }
      let start = offset
      let key = try string()
      skipSpace()
      guard next == UInt8(ascii: ":") else { throw unexpected("':' after the key \(quoted(key))") }
      offset += 1
      guard members.insert(key, try value(depth: depth)) else {
        throw malformed(at: start, "the key \(quoted(key)) stands twice: keep one")
      }
    } while try continues(to: UInt8(ascii: "}"))
    return members
  }

  private mutating func array(depth: Int) throws(OctavoError) -> [JSON] {
    var elements: [JSON] = []
    try open(depth: depth)
    if closes(UInt8(ascii: "]")) { return elements }
    repeat {
      try countEntry()
      elements.append(try value(depth: depth))
    } while try continues(to: UInt8(ascii: "]"))
    return elements
  }

  /// Steps over an opening bracket.
  private mutating func open(depth: Int) throws(OctavoError) {
    guard depth <= limits.depthMax else {
      throw OctavoError(
        .resourceExhausted, "\(source): byte \(offset): nested deeper than \(limits.depthMax) levels")
    }
    offset += 1
  }

  private mutating func closes(_ bracket: UInt8) -> Bool {
    skipSpace()
    guard next == bracket else { return false }
    offset += 1
    return true
  }

  /// Steps over a comma (`true`) or the closing bracket (`false`).
  private mutating func continues(to bracket: UInt8) throws(OctavoError) -> Bool {
    if closes(bracket) { return false }
    guard next == UInt8(ascii: ",") else {
      throw unexpected("',' or '\(Character(Unicode.Scalar(bracket)))'")
    }
    offset += 1
    return true
  }

  private mutating func countEntry() throws(OctavoError) {
    entryCount += 1
    guard entryCount <= limits.entriesMax else {
      throw OctavoError(
        .resourceExhausted, "\(source): byte \(offset): more than \(limits.entriesMax) entries in all")
    }
  }

  private mutating func literal(_ word: StaticString, _ value: JSON) throws(OctavoError) -> JSON {
    let text = "\(word)"
    let end = offset + text.utf8.count
    guard end <= bytes.count, bytes[offset..<end].elementsEqual(text.utf8) else { throw unexpected("a value") }
    offset = end
    return value
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }
}
