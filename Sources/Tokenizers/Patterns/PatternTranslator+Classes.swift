import Core

extension PatternTranslator {
  /// The general categories of Unicode that `\p{…}` may name.
  private static let categories: Set<String> = [
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe",
    "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Co", "Cn",
  ]

  /// An escape outside a class.
  mutating func escape() throws(OctavoError) {
    if takes("\\s") {
      output += "[\(Self.spaces)]"
    } else if takes("\\S") {
      output += "[^\(Self.spaces)]"
    } else if let category = try takeCategory() {
      output += category
    } else {
      let scalar = try takeEscapedScalar()
      position -= 1
      try literal(scalar)
    }
  }

  mutating func characterClass() throws(OctavoError) {
    guard !ignoresCase else { throw unsupported("a class without regard to case") }
    position += 1
    output += takes("^") ? "[^" : "["
    guard next != "]" else { throw unsupported("a ']' as the first of a class") }
    var isFirst = true
    while !takes("]") {
      try member(isFirst: isFirst)
      isFirst = false
    }
    output += "]"
  }

  /// A category, a character or a range of characters.
  private mutating func member(isFirst: Bool) throws(OctavoError) {
    if takes("\\s") {
      output += Self.spaces
    } else if let category = try takeCategory() {
      output += category
    } else {
      try characterOrRange(isFirst: isFirst)
      return
    }
    if next == "-", !isLastOfClass(at: position) { throw unsupported("a '-' after a category") }
  }

  private mutating func characterOrRange(isFirst: Bool) throws(OctavoError) {
    guard next != "-" || isFirst || isLastOfClass(at: position) else { throw unsupported("a bare '-' in a class") }
    let first = try takeMember()
    output += Self.escaped(first)
    guard next == "-", !isLastOfClass(at: position) else { return }
    position += 1
    let last = try takeMember()
    guard first.value <= last.value else { throw malformed("a range that ends before it begins") }
    output += "-" + Self.escaped(last)
  }

  /// Whether the character at `place` is followed by the end of the class.
  private func isLastOfClass(at place: Int) -> Bool {
    place + 1 < scalars.count && scalars[place + 1] == "]"
  }

  private mutating func takeMember() throws(OctavoError) -> Unicode.Scalar {
    guard let scalar = next else { throw malformed("a class that is not closed") }
    switch scalar {
    case "\\": return try takeEscapedScalar()
    case "[": throw unsupported("a class within a class")
    case "&" where position + 1 < scalars.count && scalars[position + 1] == "&":
      throw unsupported("an intersection of classes")
    default:
      position += 1
      return scalar
    }
  }

  /// `\p{…}`, `\P{…}`, `\p{^…}`, `\d`, `\D`, as PCRE2 spells them; `nil` if something else stands here.
  private mutating func takeCategory() throws(OctavoError) -> String? {
    if takes("\\d") { return "\\p{Nd}" }
    if takes("\\D") { return "\\P{Nd}" }
    var isNegated = false
    if takes("\\P{") { isNegated = true } else if !takes("\\p{") { return nil }
    if takes("^") { isNegated.toggle() }
    var name = ""
    while let scalar = next, scalar != "}", name.count < 3 {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    guard Self.categories.contains(name), takes("}") else { throw unsupported("a property other than a category") }
    guard !ignoresCase else { throw unsupported("a category without regard to case") }
    return isNegated ? "\\P{\(name)}" : "\\p{\(name)}"
  }

  /// A control character or escaped punctuation.
  private mutating func takeEscapedScalar() throws(OctavoError) -> Unicode.Scalar {
    guard position + 1 < scalars.count else { throw malformed("a '\\' at the end") }
    let scalar = scalars[position + 1]
    let meaning: Unicode.Scalar
    switch scalar {
    case "r": meaning = "\r"
    case "n": meaning = "\n"
    case "t": meaning = "\t"
    case "f": meaning = "\u{C}"
    case "v": meaning = "\u{B}"
    case "!"..."/", ":"..."@", "["..."`", "{"..."~": meaning = scalar
    default: throw unsupported("the escape \\\(scalar)")
    }
    position += 2
    return meaning
  }
}
