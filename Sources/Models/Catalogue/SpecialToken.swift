package import Core

/// A token that stands for a place in a text, such as its beginning, and not for characters.
package struct SpecialToken: Sendable, Hashable {
  package var id: TokenID
  /// As it is spelled: `<|begin_of_text|>`.
  package var content: String

  package init(_ id: TokenID, _ content: String) {
    self.id = id
    self.content = content
  }
}
