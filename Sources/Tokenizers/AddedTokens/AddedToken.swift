import Core

/// A token that is recognized in text as it stands, before any splitting.
struct AddedToken: Sendable {
  let id: TokenID
  /// What is looked for, in UTF-8; normalized already where `isNormalized`.
  let content: [UInt8]
  /// Not recognized next to a letter, digit, mark or underscore.
  let isSingleWord: Bool
  /// Takes the white space before it along.
  let stripsLeft: Bool
  /// Takes the white space after it along.
  let stripsRight: Bool
}
