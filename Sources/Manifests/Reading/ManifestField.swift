import Core
import Yams

/// A value in a manifest and where it stands, with typed lookups that say so when they fail.
struct ManifestField {
  let source: String
  /// Keys and indices from the root, such as `models[0].name`.
  let path: String
  let node: Node

  /// - Throws: INVALID_ARGUMENT unless this is a mapping of the keys in `known`.
  func members(_ known: [String]) throws(OctavoError) -> ManifestMapping {
    guard case .mapping(let mapping) = node else { throw mismatch("give keys and values") }
    var fields: [String: ManifestField] = [:]
    for (key, value) in mapping {
      let named = ManifestField(source: source, path: path, node: key)
      guard case .scalar(let scalar) = key else { throw named.refused("a key must be a word") }
      guard known.contains(scalar.string) else { throw named.unknown(scalar.string, known) }
      fields[scalar.string] = ManifestField(source: source, path: inner(scalar.string), node: value)
    }
    return ManifestMapping(field: self, fields: fields)
  }

  /// - Throws: INVALID_ARGUMENT unless this is a list of 1 to `most`.
  func items(most: Int) throws(OctavoError) -> [ManifestField] {
    guard case .sequence(let sequence) = node, (1...most).contains(sequence.count) else {
      throw mismatch("give a list of 1 to \(most)")
    }
    return sequence.enumerated().map { ManifestField(source: source, path: "\(path)[\($0)]", node: $1) }
  }

  private func inner(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
