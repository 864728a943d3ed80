import Core
import JSON

/// Reads the `model` of a tokenizer.json: vocabulary and merges of BPE.
struct ModelReader {
  let field: JSONField

  init(_ field: JSONField) { self.field = field }

  func entries() throws(OctavoError) -> VocabularyEntries {
    try checkOptions()
    let place = try field["vocab"]
    guard case .object(let members) = place.value, !members.isEmpty else {
      throw place.mismatch("give an object of tokens and their ids")
    }
    var ids: [TokenID] = []
    ids.reserveCapacity(members.count)
    for (content, value) in members.entries {
      guard case .integer(let id) = value, (0..<TokenizerLimits.vocabularyMax).contains(id) else {
        throw try place[content].mismatch("give an id from 0 to \(TokenizerLimits.vocabularyMax - 1)")
      }
      guard content.utf8.count <= TokenizerLimits.tokenBytesMax else {
        throw .invalid(
          place.place, "one with the token \(quoted(content)) of \(content.utf8.count) bytes",
          "a token may have \(TokenizerLimits.tokenBytesMax)")
      }
      ids.append(TokenID(id))
    }
    var entries = VocabularyEntries(count: members.count, vocabularyCount: Int(ids.max() ?? 0) + 1)
    for (member, id) in zip(members.entries, ids) {
      guard entries.insert(member.key, id: id) else {
        throw try place[member.key].mismatch("another token has this id: give each its own")
      }
    }
    return entries
  }

  func bytePairModel(_ entries: VocabularyEntries) throws(OctavoError) -> BytePairModel {
    let byteTokens = ByteLevel.scalars.map { entries.id(of: String($0)) ?? BytePairModel.noToken }
    if byteTokens.contains(BytePairModel.noToken), let unknown = try field["unk_token"].ifPresent {
      throw unknown.unsupported("null is, as not every byte is a token of this vocabulary")
    }
    return BytePairModel(
      byteTokens: byteTokens, merges: try merges(entries), candidates: entries.words,
      ignoresMerges: try field["ignore_merges"].ifPresent?.bool() ?? false)
  }

  /// Options that change ids must be off. A file without a type is one of BPE's first.
  private func checkOptions() throws(OctavoError) {
    if let type = try field["type"].ifPresent, try type.string() != "BPE" { throw type.unsupported("only BPE is") }
    if let dropout = try field["dropout"].ifPresent, try dropout.number() != 0 {
      throw dropout.unsupported("set it to null")
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let affix = try field[key].ifPresent, try !affix.string().isEmpty { throw affix.unsupported("set it to null") }
    }
    if let fallback = try field["byte_fallback"].ifPresent, try fallback.bool() {
      throw fallback.unsupported("set it to false")
    }
  }

  private func merges(_ entries: VocabularyEntries) throws(OctavoError) -> PairTable {
    let place = try field["merges"]
    guard case .array(let items) = place.value else { throw place.mismatch("give a list of pairs") }
    guard items.count <= TokenizerLimits.mergesMax else {
      throw OctavoError(
        .resourceExhausted, "\(place.place) is \(place.seen): at most \(TokenizerLimits.mergesMax) merges are read")
    }
    var table = PairTable(minimumCapacity: items.count)
    var joined: [UInt8] = []
    for (rank, item) in items.enumerated() {
      guard let pair = Self.pair(item) else { throw try place.items()[rank].mismatch("give two tokens") }
      if pair.left.utf8.starts(with: "#version".utf8), case .string = item { continue }
      joined.removeAll(keepingCapacity: true)
      joined.append(contentsOf: pair.left.utf8)
      joined.append(contentsOf: pair.right.utf8)
      guard let left = entries.id(of: pair.left), let right = entries.id(of: pair.right),
        let result = entries.ids.id(of: joined.span)
      else {
        throw .invalid(
          "\(place.place)[\(rank)]", "\(quoted(pair.left)) and \(quoted(pair.right))",
          "both and what they become must be in the vocabulary")
      }
      // Where a pair stands twice, the later counts.
      table.set(left, right, UInt64(rank) << 32 | UInt64(result))
    }
    return table
  }

  /// The two forms of a merge: `["a", "b"]`, and `"a b"` of older files.
  private static func pair(_ item: JSON) -> (left: String, right: String)? {
    switch item {
    case .array(let parts):
      guard parts.count == 2, case .string(let left) = parts[0], case .string(let right) = parts[1] else { return nil }
      return (left, right)
    case .string(let text):
      let bytes = text.utf8
      guard let space = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
      let right = text[bytes.index(after: space)...]
      guard !right.utf8.contains(UInt8(ascii: " ")) else { return nil }
      return (String(text[..<space]), String(right))
    default: return nil
    }
  }
}
