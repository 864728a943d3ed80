import Core
import Yams

extension ManifestField {
  /// INVALID_ARGUMENT at this place.
  func refused(_ message: String) -> OctavoError {
    let position = node.mark.map { ":\($0.line):\($0.column)" } ?? ""
    return OctavoError(.invalidArgument, "\(source)\(position): \(message)")
  }

  /// What stands here, and what would do.
  func mismatch(_ wanted: String) -> OctavoError {
    refused("\(path.isEmpty ? "the manifest" : path) is \(seen): \(wanted)")
  }

  /// A key outside `known`, at its own place.
  func unknown(_ key: String, _ known: [String]) -> OctavoError {
    let place = path.isEmpty ? "" : " in \(path)"
    let nearest = EditDistance.nearest(to: key, in: known)
    let advice = nearest.map { "did you mean \(quoted($0))?" } ?? "known are \(known.joined(separator: ", "))"
    return refused("\(quoted(key))\(place) is not known: \(advice)")
  }

  private var seen: String {
    switch node {
    case .scalar(let scalar): isEmpty ? "empty" : quoted(scalar.string)
    case .mapping: "a mapping"
    case .sequence(let sequence): "a list of \(sequence.count)"
    case .alias: "an alias"
    }
  }
}
