/// The hashes of tensors that Octavo's writer keeps in a file's `__metadata__`: one entry a tensor, under
/// this prefix and the tensor's name, 64 hexadecimal digits of the SHA-256 of its bytes.
package enum TensorHashes {
  package static let keyPrefix = "octavo.sha256."

  package static func key(of tensor: String) -> String { keyPrefix + tensor }
}

extension SafetensorsHeader {
  /// Whether every tensor has its hash in the metadata, so that the header alone stands for the contents.
  var holdsHashes: Bool {
    entries.allSatisfy { entry in
      guard let hash = metadata[TensorHashes.key(of: entry.name)] else { return false }
      return hash.utf8.count == 64
    }
  }
}
