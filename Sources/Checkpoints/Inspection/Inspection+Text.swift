package import Core
import JSON

extension Inspection {
  /// One JSON object, a member a section.
  ///
  /// - Throws: INTERNAL for a decimal that is not finite, which no checkpoint that opens has.
  package func json() throws(OctavoError) -> String {
    var root = JSON.Object()
    for section in sections {
      var members = JSON.Object()
      for fact in section.facts { members[fact.key] = fact.value.json }
      root[section.key] = .object(members)
    }
    return try JSON.object(root).text(indented: true)
  }

  /// A table for a terminal: titles at the margin, labels and values in two columns under them.
  package var table: String {
    let width = sections.flatMap(\.facts).reduce(0) { max($0, $1.label.count) }
    return sections.map { section in
      let rows = section.facts.map { fact in
        "  " + fact.label + String(repeating: " ", count: width - fact.label.count + 2) + fact.value.description
      }
      return ([section.title] + rows).joined(separator: "\n")
    }.joined(separator: "\n")
  }
}

extension Inspection.Value: CustomStringConvertible {
  package var description: String {
    switch self {
    case .text(let text): text
    case .number(let number): Self.grouped(number)
    case .decimal(let number): "\(number)"
    case .bytes(let count): count.bytes < 1_024 ? "\(count)" : "\(count) (\(Self.grouped(count.bytes)) bytes)"
    case .flag(let flag): flag ? "yes" : "no"
    case .numbers(let numbers): numbers.isEmpty ? "none" : numbers.map(String.init).joined(separator: ", ")
    }
  }

  var json: JSON {
    switch self {
    case .text(let text): .string(text)
    case .number(let number): .integer(number)
    case .decimal(let number): .number(number)
    case .bytes(let count): .integer(count.bytes)
    case .flag(let flag): .bool(flag)
    case .numbers(let numbers): .array(numbers.map(JSON.integer))
    }
  }

  /// Thousands apart: `6,820,096`. For numbers that are not negative.
  private static func grouped(_ number: Int) -> String {
    var digits = Array("\(number)")
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return String(digits)
  }
}
