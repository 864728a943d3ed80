import Core
import JSON

extension TokenizerReader {
  /// Reads the added tokens, those that the vocabulary lacks into `entries`.
  ///
  /// - Returns: what to look for in text as it came, and in normalized text.
  func addedTokens(
    to entries: inout VocabularyEntries, _ normalizer: Normalizer
  ) throws(OctavoError) -> (plain: [AddedToken], normalized: [AddedToken]) {
    var result: (plain: [AddedToken], normalized: [AddedToken]) = ([], [])
    guard let field = try root["added_tokens"].ifPresent else { return result }
    let items = try field.items()
    guard items.count <= TokenizerLimits.addedTokensMax else {
      throw OctavoError(
        .resourceExhausted, "\(field.place) is \(field.seen): at most \(TokenizerLimits.addedTokensMax) are read")
    }
    var contents = Set<[UInt8]>()
    var nextID = entries.ids.count
    for item in items {
      let content = try addedContent(item)
      let isNormalized = try item["normalized"].bool()
      let sought = isNormalized ? normalizer.normalized(content.utf8.span) ?? Array(content.utf8) : Array(content.utf8)
      guard contents.insert(sought).inserted else { throw try item["content"].mismatch("it stands twice: keep one") }
      let id = try addedID(item, content, &nextID, &entries)
      let spelled = String(decoding: sought, as: UTF8.self)
      let isSpecial = try item["special"].bool() && sought == Array(content.utf8)
      entries.vocabulary.set(id, ByteLevel.decoded(spelled) ?? sought, isSpecial: isSpecial)
      let token = AddedToken(
        id: id, content: sought, isSingleWord: try item["single_word"].bool(),
        stripsLeft: try item["lstrip"].bool(), stripsRight: try item["rstrip"].bool())
      if isNormalized { result.normalized.append(token) } else { result.plain.append(token) }
    }
    return result
  }

  private func addedContent(_ item: JSONField) throws(OctavoError) -> String {
    let field = try item["content"]
    let content = try field.string()
    guard (1...TokenizerLimits.addedTokenBytesMax).contains(content.utf8.count) else {
      throw field.mismatch("give 1 to \(TokenizerLimits.addedTokenBytesMax) bytes")
    }
    return content
  }

  /// The id of an added token. `tokenizers` goes by the vocabulary and else counts on from its size, whatever
  /// the file says; a file that says something else would get other ids there, so it is refused.
  private func addedID(
    _ item: JSONField, _ content: String, _ nextID: inout Int, _ entries: inout VocabularyEntries
  ) throws(OctavoError) -> TokenID {
    let field = try item["id"]
    let id = TokenID(try field.integer(in: 0...TokenizerLimits.vocabularyMax - 1))
    if let known = entries.id(of: content) {
      guard known == id else { throw field.mismatch("the vocabulary gives \(quoted(content)) the id \(known)") }
      return id
    }
    guard id == nextID else {
      throw field.mismatch("new tokens count on from the vocabulary, so \(quoted(content)) has the id \(nextID)")
    }
    guard !entries.vocabulary.isUsed(id) else { throw field.mismatch("another token has this id: give each its own") }
    entries.vocabulary.extend(to: Int(id) + 1)
    _ = entries.ids.insert(content.utf8.span, id: id)
    nextID += 1
    return id
  }
}
