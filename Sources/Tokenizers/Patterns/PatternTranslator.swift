import Core

/// Reads the part of Oniguruma's syntax in which the patterns of byte-level tokenizers are written, and
/// writes the same pattern for PCRE2.
///
/// The two engines read much of each other's syntax and mean other things by it: PCRE2's `\s` holds U+180E,
/// its `\v` is a class and its `\h` no hexadecimal digit, Oniguruma's `{2}+` is no possessive, it nests
/// classes, and without regard to case it lets one character match two. So nothing is passed through: each
/// construct known to agree is written anew, every other one is refused by name.
struct PatternTranslator {
  /// White_Space of Unicode, which is Oniguruma's `\s`, as members of a class.
  static let spaces = #"\p{Z}\x{9}-\x{d}\x{85}"#

  let field: String
  let source: String
  var scalars: [Unicode.Scalar]
  var position = 0
  var output = ""
  /// Whether the group that is being read ignores case.
  var ignoresCase = false
  private var depth = 0

  /// - Parameter field: where the pattern stands, for errors.
  /// - Throws: UNIMPLEMENTED for a construct that is not known to mean the same in both engines,
  ///   INVALID_ARGUMENT for a pattern that is none.
  static func translate(_ source: String, field: String) throws(OctavoError) -> String {
    var translator = PatternTranslator(field: field, source: source, scalars: Array(source.unicodeScalars))
    guard !translator.scalars.isEmpty else { throw .invalid(field, "empty", "give a pattern") }
    guard translator.scalars.count <= TokenizerLimits.patternScalarsMax else {
      throw OctavoError(
        .resourceExhausted,
        "\(field) has \(translator.scalars.count) characters: at most \(TokenizerLimits.patternScalarsMax) are read")
    }
    try translator.alternatives()
    guard translator.next == nil else { throw translator.malformed("an unmatched ')'") }
    return translator.output
  }

  var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  /// Steps over `text` if it stands here.
  mutating func takes(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func alternatives() throws(OctavoError) {
    while let scalar = next, scalar != ")" {
      if scalar == "|" {
        position += 1
        output += "|"
      } else {
        let isAssertion = try atom()
        try quantifier(afterAssertion: isAssertion)
      }
    }
  }

  /// - Returns: whether what was read matches no text of its own.
  private mutating func atom() throws(OctavoError) -> Bool {
    let scalar = scalars[position]
    switch scalar {
    case "(": return try group()
    case "[": try characterClass()
    case "\\": try escape()
    case "*", "+", "?": throw malformed("a '\(scalar)' with nothing to repeat")
    case ".", "^", "$", "{", "}", "]": throw unsupported("an unescaped '\(scalar)'")
    default: try literal(scalar)
    }
    return false
  }

  private mutating func group() throws(OctavoError) -> Bool {
    depth += 1
    guard depth <= TokenizerLimits.patternDepthMax else {
      throw unsupported("nesting past \(TokenizerLimits.patternDepthMax) groups")
    }
    let outer = ignoresCase
    let isAssertion = try groupOpening()
    try alternatives()
    guard takes(")") else { throw malformed("a group that is not closed") }
    output += ")"
    ignoresCase = outer
    depth -= 1
    return isAssertion
  }

  private mutating func groupOpening() throws(OctavoError) -> Bool {
    if takes("(?i:") {
      ignoresCase = true
      output += "(?i:"
    } else if takes("(?=") {
      output += "(?="
      return true
    } else if takes("(?!") {
      output += "(?!"
      return true
    } else if takes("(?:") || (!takes("(?") && !takes("(*") && takes("(")) {
      output += "(?:"
    } else {
      throw unsupported("a group other than (…), (?:…), (?i:…), (?=…) and (?!…)")
    }
    return false
  }

  /// One character, spelled by its number so that it can mean nothing else.
  mutating func literal(_ scalar: Unicode.Scalar) throws(OctavoError) {
    if ignoresCase { try checkFolding(scalar) }
    position += 1
    output += Self.escaped(scalar)
  }

  static func escaped(_ scalar: Unicode.Scalar) -> String {
    "\\x{\(String(scalar.value, radix: 16))}"
  }

  /// Without regard to case, Oniguruma takes U+00DF for `ss`, U+FB01 for `fi` and so on; PCRE2 does not.
  private func checkFolding(_ scalar: Unicode.Scalar) throws(OctavoError) {
    guard scalar.isASCII else { throw unsupported("a character past ASCII without regard to case") }
    guard position > 0, scalars[position - 1].isASCII else { return }
    let pair = "\(scalars[position - 1])\(scalar)".lowercased()
    if ["ss", "st", "ff", "fi", "fl"].contains(pair) { throw unsupported("'\(pair)' without regard to case") }
  }

  func unsupported(_ what: String) -> OctavoError {
    OctavoError(.unimplemented, "\(field) is \(quoted(source)): \(what) at character \(position) is not supported")
  }

  func malformed(_ what: String) -> OctavoError {
    .invalid(field, quoted(source), "there is \(what) at character \(position)")
  }
}
