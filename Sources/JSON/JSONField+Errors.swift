package import Core

extension JSONField {
  /// This field with its document, as errors name it.
  package var place: String { path.isEmpty ? source : "\(source): \(shownPath)" }

  /// The value as errors show it: containers by their kind, text quoted and cut.
  package var seen: String {
    switch value {
    case nil: "missing"
    case .object(let members): "an object of \(members.count)"
    case .array(let elements): "a list of \(elements.count)"
    case .string(let text): quoted(text)
    case .integer(let integer): "\(integer)"
    case .number(let number): "\(number)"
    case .bool(let bool): "\(bool)"
    case .null: "null"
    }
  }

  /// INVALID_ARGUMENT: what stands here, and what would do.
  package func mismatch(_ wanted: String) -> OctavoError { .invalid(place, seen, wanted) }

  /// UNIMPLEMENTED: what stands here is meaningful, but not built.
  package func unsupported(_ wanted: String) -> OctavoError {
    OctavoError(.unimplemented, "\(place) is \(seen), which is not supported: \(wanted)")
  }

  /// Keys come from outside: made safe to show, without the quotation marks.
  private var shownPath: String { String(quoted(path, scalarsMax: 160).dropFirst().dropLast()) }
}
