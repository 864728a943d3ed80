import Core
import JSON

extension TokenizerReader {
  /// - Parameter vocabulary: with the added tokens.
  func template(_ vocabulary: Vocabulary) throws(OctavoError) -> Template {
    let field = try root["post_processor"]
    if field.isAbsent { return Template() }
    guard try field["type"].string() == "Sequence" else { return try template(field, vocabulary) ?? Template() }
    var result: Template?
    for item in try sequence(field["processors"]) {
      guard let template = try template(item, vocabulary) else { continue }
      guard result == nil else { throw item.unsupported("one TemplateProcessing is") }
      result = template
    }
    return result ?? Template()
  }

  /// `nil` for a processor that changes no ids.
  private func template(_ field: JSONField, _ vocabulary: Vocabulary) throws(OctavoError) -> Template? {
    switch try field["type"].string() {
    case "ByteLevel": return nil
    case "TemplateProcessing": return try templateProcessing(field, vocabulary)
    default: throw try field["type"].unsupported("only TemplateProcessing, ByteLevel and a Sequence of them are")
    }
  }

  private func templateProcessing(_ field: JSONField, _ vocabulary: Vocabulary) throws(OctavoError) -> Template {
    var sides: [[TokenID]] = [[]]
    for piece in try field["single"].items() {
      if let sequence = try piece["Sequence"].ifPresent {
        guard try sequence["id"].string() == "A" else { throw try sequence["id"].mismatch("a text alone is A") }
        sides.append([])
      } else {
        let name = try piece["SpecialToken"]["id"]
        let ids = try field["special_tokens"][name.string()]["ids"]
        guard !ids.isAbsent else { throw name.mismatch("special_tokens has no such entry") }
        sides[sides.count - 1] += try templateIDs(ids, vocabulary)
      }
    }
    guard sides.count == 2 else { throw try field["single"].unsupported("the text must stand in it once") }
    let template = Template(prefix: sides[0], suffix: sides[1])
    guard template.count <= TokenizerLimits.templateIDsMax else {
      throw try field["single"].unsupported("at most \(TokenizerLimits.templateIDsMax) added ids are")
    }
    return template
  }

  private func templateIDs(_ field: JSONField, _ vocabulary: Vocabulary) throws(OctavoError) -> [TokenID] {
    var ids: [TokenID] = []
    for item in try field.items() {
      let id = TokenID(try item.integer(in: 0...TokenizerLimits.vocabularyMax - 1))
      guard vocabulary.isUsed(id) else { throw item.mismatch("it is no id of the vocabulary") }
      ids.append(id)
    }
    return ids
  }
}
