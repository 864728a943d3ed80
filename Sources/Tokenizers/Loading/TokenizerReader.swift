import Core
import JSON

/// Reads a tokenizer.json: checks all of it, refuses by name what is not supported.
///
/// Source of the format: <https://huggingface.co/docs/tokenizers>; where files in use and that page differ,
/// what the `tokenizers` package accepts counts.
struct TokenizerReader {
  /// Deepest nesting of real files: 7.
  private static let limits = JSONLimits(
    bytesMax: TokenizerLimits.fileBytesMax, depthMax: 16,
    entriesMax: TokenizerLimits.vocabularyMax + 3 * TokenizerLimits.mergesMax + 16 * TokenizerLimits.addedTokensMax)

  let root: JSONField

  /// - Parameter source: what errors call the file.
  init(_ bytes: [UInt8], source: String) throws(OctavoError) {
    root = JSONField(try JSON.parse(bytes, source: source, limits: Self.limits), source: source)
  }

  func storage() throws(OctavoError) -> Tokenizer.Storage {
    try checkEnvelope()
    let normalizer = try normalizer(root["normalizer"])
    let preTokenizer = try preTokenizer()
    let model = ModelReader(try root["model"])
    var entries = try model.entries()
    let bytePairModel = try model.bytePairModel(entries)
    let added = try addedTokens(to: &entries, normalizer)
    return Tokenizer.Storage(
      vocabulary: entries.vocabulary, model: bytePairModel,
      addedTokens: AddedTokenFinder(added.plain), normalizer: normalizer,
      normalizedAddedTokens: AddedTokenFinder(added.normalized),
      preTokenizer: preTokenizer, template: try template(entries.vocabulary))
  }

  /// What surrounds the parts: nothing here may change ids or text.
  private func checkEnvelope() throws(OctavoError) {
    if let version = try root["version"].ifPresent, try version.string() != "1.0" {
      throw version.unsupported("use version 1.0")
    }
    for key in ["truncation", "padding"] {
      if let field = try root[key].ifPresent { throw field.unsupported("set it to null") }
    }
    guard try root["decoder"]["type"].string() == "ByteLevel" else {
      throw try root["decoder"]["type"].unsupported("only ByteLevel is")
    }
  }

  private func normalizer(_ field: JSONField) throws(OctavoError) -> Normalizer {
    if field.isAbsent { return .none }
    switch try field["type"].string() {
    case "NFC": return .nfc
    case "Sequence":
      var result = Normalizer.none
      for item in try sequence(field["normalizers"]) {
        // Normalizing twice is normalizing once.
        if case .nfc = try normalizer(item) { result = .nfc }
      }
      return result
    default: throw try field["type"].unsupported("only NFC and null are")
    }
  }

  /// The items of a Sequence.
  func sequence(_ field: JSONField) throws(OctavoError) -> [JSONField] {
    let items = try field.items()
    guard items.count <= TokenizerLimits.sequenceMax else {
      throw field.unsupported("at most \(TokenizerLimits.sequenceMax) are")
    }
    return items
  }
}
