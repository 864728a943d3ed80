import Core

struct JSONWriter {
  let indented: Bool
  var text = ""

  init(indented: Bool) { self.indented = indented }

  mutating func write(_ value: JSON, depth: Int) throws(OctavoError) {
    switch value {
    case .object(let members):
      try list(members.entries, "{", "}", depth: depth) { (writer, member) throws(OctavoError) in
        writer.write(string: member.key)
        writer.text += writer.indented ? ": " : ":"
        try writer.write(member.value, depth: depth + 1)
      }
    case .array(let elements):
      try list(elements, "[", "]", depth: depth) { (writer, element) throws(OctavoError) in
        try writer.write(element, depth: depth + 1)
      }
    case .string(let string): write(string: string)
    case .integer(let integer): text += "\(integer)"
    case .number(let number): try write(number: number)
    case .bool(let bool): text += bool ? "true" : "false"
    case .null: text += "null"
    }
  }

  private mutating func list<Element>(
    _ elements: [Element], _ opening: String, _ closing: String, depth: Int,
    _ one: (inout JSONWriter, Element) throws(OctavoError) -> Void
  ) throws(OctavoError) {
    text += opening
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      breakLine(depth: depth + 1)
      try one(&self, element)
    }
    if !elements.isEmpty { breakLine(depth: depth) }
    text += closing
  }

  private mutating func breakLine(depth: Int) {
    if indented { text += "\n" + String(repeating: "  ", count: depth) }
  }

  private mutating func write(number: Double) throws(OctavoError) {
    guard number.isFinite else { throw OctavoError(.internal, "a number to be written as JSON is \(number)") }
    text += "\(number)"
  }

  private mutating func write(string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
