package import Core

extension Tokenizer {
  /// The text of `ids`, equal to that of `tokenizers`; bytes that are no UTF-8 become U+FFFD, one for each
  /// longest part that could have begun a character.
  ///
  /// - Throws: INVALID_ARGUMENT for an id past the vocabulary, NOT_FOUND for an unused one.
  package func decode(_ ids: [TokenID], skippingSpecialTokens: Bool) throws(OctavoError) -> String {
    var bytes: [UInt8] = []
    for id in ids { try append(id, skippingSpecialTokens: skippingSpecialTokens, to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes `id` stands for: often not whole characters.
  ///
  /// - Throws: INVALID_ARGUMENT for an id past the vocabulary, NOT_FOUND for an unused one.
  package func piece(_ id: TokenID) throws(OctavoError) -> [UInt8] {
    var bytes: [UInt8] = []
    try append(id, skippingSpecialTokens: false, to: &bytes)
    return bytes
  }

  func append(_ id: TokenID, skippingSpecialTokens: Bool, to bytes: inout [UInt8]) throws(OctavoError) {
    guard id < vocabularyCount else {
      throw .invalid("token id", "\(id)", "the vocabulary ends at \(vocabularyCount - 1)")
    }
    guard storage.vocabulary.isUsed(id) else {
      throw OctavoError(.notFound, "token id \(id) is in no use in this vocabulary: give another")
    }
    if skippingSpecialTokens, storage.vocabulary.isSpecial(id) { return }
    bytes.append(contentsOf: storage.vocabulary.bytes(of: id))
  }
}
