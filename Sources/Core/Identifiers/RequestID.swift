/// Names a request in logs, from the router to every stage: 1 to 64 printable ASCII characters without a space.
package struct RequestID: Sendable, Hashable, CustomStringConvertible {
  package static let bytesMax = 64

  package let text: String

  /// - Throws: INVALID_ARGUMENT for a name outside the rule.
  package init(_ text: String) throws(OctavoError) {
    guard (1...Self.bytesMax).contains(text.utf8.count), text.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw .invalid("request id", quoted(text), "use 1 to \(Self.bytesMax) printable ASCII characters without a space")
    }
    self.text = text
  }

  /// 16 hexadecimal digits.
  package init(number: UInt64) {
    let digits = String(number, radix: 16)
    text = String(repeating: "0", count: 16 - digits.count) + digits
  }

  package var description: String { text }
}
