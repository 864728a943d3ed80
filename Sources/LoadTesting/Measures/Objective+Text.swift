package import Core

extension Objective: CustomStringConvertible {
  /// From terms such as `ttft=500ms,tbt=100ms`; `s`, `ms` and `us` are units.
  ///
  /// - Throws: INVALID_ARGUMENT for a term that is none, comes twice, or has no duration.
  package init(_ text: String) throws(OctavoError) {
    var limits: [Term: UInt64] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, let term = Term(rawValue: String(sides[0])) else {
        let known = Term.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalid("--objective", quoted(part), "give terms such as ttft=500ms,tbt=100ms, of \(known)")
      }
      guard let limit = Self.nanoseconds(sides[1]) else {
        throw .invalid("--objective \(term.rawValue)", quoted(sides[1]), "give a duration such as 500ms, 2s or 800us")
      }
      guard limits.updateValue(limit, forKey: term) == nil else {
        throw .invalid("--objective", quoted(text), "give \(term.rawValue) once")
      }
    }
    self.limits = limits
  }

  /// As it is written on the command line, terms in a fixed order.
  package var description: String {
    Term.allCases.compactMap { term in limits[term].map { "\(term.rawValue)=\(Self.text($0))" } }
      .joined(separator: ",")
  }

  private static func text(_ nanoseconds: UInt64) -> String {
    nanoseconds % 1_000_000 == 0 ? "\(nanoseconds / 1_000_000)ms" : "\(Double(nanoseconds) / 1e3)us"
  }

  private static func nanoseconds(_ text: Substring) -> UInt64? {
    for (unit, nanoseconds) in [("ms", 1e6), ("us", 1e3), ("s", 1e9)] where text.hasSuffix(unit) {
      guard let number = Double(text.dropLast(unit.count)), number > 0, number * nanoseconds <= 3.6e15 else {
        return nil
      }
      return UInt64((number * nanoseconds).rounded())
    }
    return nil
  }
}
