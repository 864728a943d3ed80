import Core

extension JSONParser {
  func malformed(at place: Int, _ message: String) -> OctavoError {
    OctavoError(.invalidArgument, "\(source): byte \(place): \(message)")
  }

  /// What stands at the offset is not what the grammar wants there.
  func unexpected(_ wanted: String) -> OctavoError {
    guard let byte = next else { return malformed(at: offset, "the document ends where \(wanted) belongs") }
    let isPrintable = (0x21...0x7E).contains(byte)
    let seen = isPrintable ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
    return malformed(at: offset, "\(seen) where \(wanted) belongs")
  }
}
