/// Names as Prometheus takes them.
///
/// Source: <https://prometheus.io/docs/concepts/data_model/>.
enum MetricName {
  /// A label of swift-metrics as a metric's name: what is not allowed becomes `_`, and a counter ends in `_total`.
  static func canonical(_ text: String, _ kind: MetricKind) -> String {
    let name = replaced(text) { isWord($0) || $0 == ":" }
    return kind == .counter && !name.hasSuffix("_total") ? name + "_total" : name
  }

  /// A dimension of swift-metrics as a label's name. `le` is a histogram's own, and names that begin with `__`
  /// are Prometheus's.
  static func ofLabel(_ text: String) -> String {
    let name = replaced(text, isWord)
    return name == "le" || name.hasPrefix("__") ? "exported_" + name.drop { $0 == "_" } : name
  }

  private static func replaced(_ text: String, _ isAllowed: (Unicode.Scalar) -> Bool) -> String {
    var name = ""
    for scalar in text.unicodeScalars { name.unicodeScalars.append(isAllowed(scalar) ? scalar : "_") }
    guard let first = name.unicodeScalars.first else { return "_" }
    return ("0"..."9").contains(first) ? "_" + name : name
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }
}
