import Core

/// The members of a mapping whose keys are all known.
struct ManifestMapping {
  let field: ManifestField
  let fields: [String: ManifestField]

  /// The value under `key`; `nil` if it is absent or empty.
  subscript(key: String) -> ManifestField? {
    guard let field = fields[key], !field.isEmpty else { return nil }
    return field
  }

  /// - Throws: INVALID_ARGUMENT if it is absent.
  func required(_ key: String, _ wanted: String) throws(OctavoError) -> ManifestField {
    guard let member = self[key] else {
      let place = field.path.isEmpty ? key : "\(field.path).\(key)"
      throw (fields[key] ?? field).refused("\(place) is missing: \(wanted)")
    }
    return member
  }
}
