/// A key compared and hashed by its UTF-8 bytes. `String` compares by canonical equivalence, under which two
/// different tokens of a vocabulary would be one key.
struct ObjectKey: Sendable, Hashable {
  let text: String

  static func == (left: Self, right: Self) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    let bytes = text.utf8Span.span
    unsafe bytes.bytes.withUnsafeBytes { buffer in unsafe hasher.combine(bytes: buffer) }
    hasher.combine(UInt8.max)
  }
}
