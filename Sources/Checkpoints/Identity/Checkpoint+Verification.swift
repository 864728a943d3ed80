package import Core

extension Checkpoint {
  /// Hashes every tensor of the files that hold hashes and compares: for contents that were just fetched or are
  /// doubted, at about a second a gigabyte. Files without hashes have nothing to be held against.
  ///
  /// - Returns: how many tensors were compared.
  /// - Throws: DATA_LOSS with the tensor that differs.
  @discardableResult
  package func verify() throws(OctavoError) -> Int {
    var comparedCount = 0
    for file in files where file.header.holdsHashes {
      for entry in file.header.entries {
        guard try file.file.sha256(of: entry.range) == file.header.metadata[TensorHashes.key(of: entry.name)] else {
          throw OctavoError(
            .dataLoss, "\(file.file.path): \(quoted(entry.name)) is not what was written: fetch the file again")
        }
        comparedCount += 1
      }
    }
    return comparedCount
  }
}
