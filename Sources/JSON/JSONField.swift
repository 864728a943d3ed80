package import Core

/// A place in a document and the value there, if any: typed lookups whose errors say where and what was seen.
///
/// `null` counts as absent, as the writers of the field's configurations mean it. A field under an absent
/// field is absent, so a chain of subscripts needs one check at its end.
package struct JSONField: Sendable {
  /// What errors call the document, such as `config.json`.
  package let source: String
  /// Keys and indices from the root, such as `rope_parameters.rope_theta`; empty at the root.
  package let path: String
  /// The value; `nil` when absent or `null`.
  package let value: JSON?

  package init(_ root: JSON, source: String) {
    self.init(root, path: "", source: source)
  }

  init(_ value: JSON?, path: String, source: String) {
    self.source = source
    self.path = path
    self.value = value == .some(.null) ? nil : value
  }

  package var isAbsent: Bool { value == nil }
  /// Itself if there is a value: `try config["head_dim"].ifPresent?.integer(in: 1...512)`.
  package var ifPresent: JSONField? { isAbsent ? nil : self }

  /// The member `key` of this object.
  ///
  /// - Throws: INVALID_ARGUMENT if this is present and no object.
  package subscript(key: String) -> JSONField {
    get throws(OctavoError) {
      guard let value else { return JSONField(nil, path: inner(key), source: source) }
      guard case .object(let members) = value else { throw mismatch("give an object") }
      return JSONField(members[key], path: inner(key), source: source)
    }
  }

  /// - Throws: INVALID_ARGUMENT if this is absent or no array.
  package func items() throws(OctavoError) -> [JSONField] {
    guard case .array(let elements) = value else { throw mismatch("give a list") }
    return elements.enumerated().map { JSONField($1, path: "\(path)[\($0)]", source: source) }
  }

  /// - Throws: INVALID_ARGUMENT if this is absent or no object.
  package func entries() throws(OctavoError) -> [(key: String, field: JSONField)] {
    guard case .object(let members) = value else { throw mismatch("give an object") }
    return members.entries.map { ($0.key, JSONField($0.value, path: inner($0.key), source: source)) }
  }

  private func inner(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
