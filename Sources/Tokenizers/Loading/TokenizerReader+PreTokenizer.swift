import Core
import JSON

extension TokenizerReader {
  func preTokenizer() throws(OctavoError) -> PreTokenizer {
    let field = try root["pre_tokenizer"]
    guard !field.isAbsent else { throw field.mismatch("give ByteLevel, or a Sequence that ends with it") }
    if try field["type"].string() == "ByteLevel" { return PreTokenizer(steps: try byteLevel(field)) }
    guard try field["type"].string() == "Sequence" else {
      throw try field["type"].unsupported("only ByteLevel and a Sequence of Split and ByteLevel are")
    }
    let items = try sequence(field["pretokenizers"])
    guard let last = items.last, try last["type"].string() == "ByteLevel" else {
      throw try field["pretokenizers"].unsupported("the last must be ByteLevel")
    }
    var steps: [PreTokenizer.Step] = []
    for item in items.dropLast() { steps.append(try split(item)) }
    return PreTokenizer(steps: steps + (try byteLevel(last)))
  }

  private func byteLevel(_ field: JSONField) throws(OctavoError) -> [PreTokenizer.Step] {
    var steps: [PreTokenizer.Step] = []
    if try field["add_prefix_space"].bool() { steps.append(.prefixSpace) }
    if try field["use_regex"].ifPresent?.bool() ?? true {
      steps.append(.split(try SplitPattern(ByteLevel.pattern, field: field.place)))
    }
    return steps
  }

  private func split(_ field: JSONField) throws(OctavoError) -> PreTokenizer.Step {
    guard try field["type"].string() == "Split" else {
      throw try field["type"].unsupported("only Split is before ByteLevel")
    }
    guard try field["behavior"].string() == "Isolated" else {
      throw try field["behavior"].unsupported("only Isolated is")
    }
    // Isolated keeps what matches and what does not, so `invert` changes nothing.
    _ = try field["invert"].bool()
    let pattern = try field["pattern"]
    guard let regex = try pattern["Regex"].ifPresent else { throw pattern.unsupported("only Regex is") }
    return .split(try SplitPattern(regex.string(), field: regex.place))
  }
}
