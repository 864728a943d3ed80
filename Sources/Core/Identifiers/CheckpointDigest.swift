/// What a checkpoint holds, as 64 lowercase hexadecimal digits of SHA-256.
package struct CheckpointDigest: Sendable, Hashable, CustomStringConvertible {
  package let hexadecimal: String

  /// - Throws: INVALID_ARGUMENT unless `hexadecimal` is 64 lowercase hexadecimal digits.
  package init(hexadecimal: String) throws(OctavoError) {
    let digits = hexadecimal.utf8
    guard digits.count == 64, digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
      throw .invalid("checkpoint digest", quoted(hexadecimal), "give 64 lowercase hexadecimal digits of SHA-256")
    }
    self.hexadecimal = hexadecimal
  }

  /// The first 12 digits: enough for a person to tell two checkpoints apart.
  package var short: String { String(hexadecimal.prefix(12)) }
  package var description: String { hexadecimal }
}
