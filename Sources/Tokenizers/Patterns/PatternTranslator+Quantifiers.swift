import Core

extension PatternTranslator {
  /// `?`, `*` or `+`, lazy or possessive as well, or `{n}`, `{n,}`, `{n,m}`; nothing if none stands here.
  mutating func quantifier(afterAssertion isAssertion: Bool) throws(OctavoError) {
    guard let scalar = next, ["?", "*", "+", "{"].contains(scalar) else { return }
    guard !isAssertion else { throw unsupported("a repeated assertion") }
    if scalar == "{" {
      output += try interval()
    } else {
      position += 1
      output.unicodeScalars.append(scalar)
      if takes("?") { output += "?" } else if takes("+") { output += "+" }
    }
    // Oniguruma repeats what is repeated already; PCRE2 reads {n}? as lazy and {n}+ as possessive.
    if let scalar = next, ["?", "*", "+", "{"].contains(scalar) { throw unsupported("a repeated repetition") }
  }

  private mutating func interval() throws(OctavoError) -> String {
    position += 1
    guard let least = takeNumber() else { throw unsupported("a '{' that begins no {n}, {n,} or {n,m}") }
    var text = "{\(least)"
    if takes(",") {
      text += ","
      if let most = takeNumber() {
        guard least <= most else { throw malformed("an interval that ends before it begins") }
        text += "\(most)"
      }
    }
    guard takes("}") else { throw unsupported("a '{' that begins no {n}, {n,} or {n,m}") }
    return text + "}"
  }

  /// A number up to the limit, `nil` if none stands here.
  private mutating func takeNumber() -> Int? {
    var value: Int?
    while let scalar = next, let digit = Int(String(scalar)), scalar.isASCII {
      let extended = (value ?? 0) * 10 + digit
      guard extended <= TokenizerLimits.patternRepetitionsMax else { return nil }
      value = extended
      position += 1
    }
    return value
  }
}
