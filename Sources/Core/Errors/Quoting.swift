/// Text from outside, made safe to show on one line: control characters escaped, length capped.
///
/// - Parameters:
///   - text: any text.
///   - scalarsMax: how many scalars are kept before an ellipsis.
package func quoted(_ text: some StringProtocol, scalarsMax: Int = 80) -> String {
  var shown = "'"
  for (index, scalar) in text.unicodeScalars.enumerated() {
    if index == scalarsMax {
      shown += "…"
      break
    }
    shown += scalar.properties.generalCategory.isShown ? String(scalar) : scalar.escaped(asASCII: true)
  }
  return shown + "'"
}

/// Text that may come from another machine, on one line: control characters escaped.
package func singleLine(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { !$0.properties.generalCategory.isShown }) else { return text }
  return text.unicodeScalars.map { scalar in
    scalar.properties.generalCategory.isShown ? String(scalar) : scalar.escaped(asASCII: true)
  }.joined()
}

extension Unicode.GeneralCategory {
  fileprivate var isShown: Bool {
    switch self {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
