extension Exposition {
  /// A number as Go reads it back, whole ones without a fraction.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    guard value == value.rounded(), abs(value) < 0x1p53 else { return "\(value)" }
    return "\(Int64(value))"
  }

  /// Text between a metric's name and the end of its line, or between quotes.
  static func escaped(_ text: String, quote: Bool = false) -> String {
    guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quote: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
