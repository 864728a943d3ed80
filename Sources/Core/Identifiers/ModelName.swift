/// The name under which a model is served: the name of its directory, never a path.
///
/// 1 to 128 characters of `A-Z a-z 0-9 . _ -`, the first a letter or a digit. So no name can leave the
/// folder it is looked up in.
package struct ModelName: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let text: String

  /// - Throws: INVALID_ARGUMENT for a name outside the rule.
  package init(_ text: String) throws(OctavoError) {
    let bytes = Array(text.utf8)
    guard (1...128).contains(bytes.count), bytes.allSatisfy(Self.isAllowed), Self.isAlphanumeric(bytes[0]) else {
      throw .invalid(
        "model name", quoted(text), "use 1 to 128 of A-Z a-z 0-9 . _ -, starting with a letter or a digit")
    }
    self.text = text
  }

  package var description: String { text }
  package static func < (left: Self, right: Self) -> Bool { left.text < right.text }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
