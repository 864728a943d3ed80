import Core

/// The vocabulary while it is read: ids by content as the file spells it, and bytes by id.
struct VocabularyEntries {
  /// Ids by the UTF-8 of the content.
  var ids: ByteStringTable
  var vocabulary: Vocabulary
  /// Tokens by the bytes they stand for. Those spelled with characters that are no bytes are not among them:
  /// no text reaches them.
  var words: [(bytes: [UInt8], id: TokenID)] = []

  init(count: Int, vocabularyCount: Int) {
    ids = ByteStringTable(minimumCapacity: count)
    vocabulary = Vocabulary(count: vocabularyCount)
  }

  func id(of content: String) -> TokenID? { ids.id(of: content.utf8.span) }

  /// - Returns: whether both the content and the id are new.
  mutating func insert(_ content: String, id: TokenID) -> Bool {
    guard !vocabulary.isUsed(id), ids.insert(content.utf8.span, id: id) else { return false }
    if let bytes = ByteLevel.decoded(content) {
      vocabulary.set(id, bytes)
      words.append((bytes, id))
    } else {
      // The ByteLevel decoder leaves such a token as it is spelled.
      vocabulary.set(id, content.utf8)
    }
    return true
  }
}
