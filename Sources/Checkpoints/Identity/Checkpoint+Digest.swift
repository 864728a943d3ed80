import Crypto
package import Core

extension Checkpoint {
  /// Identifies what the checkpoint holds: SHA-256 over config.json and, file by file in the order of their
  /// headers, the header and the contents.
  ///
  /// The headers of files that Octavo wrote hold the hashes of their tensors and stand for the contents.
  /// Other files are hashed whole the first time, which takes seconds a gigabyte; the result is remembered.
  /// Names of files and directories do not enter.
  ///
  /// - Throws: DATA_LOSS if a file has become shorter.
  package func digest() throws(OctavoError) -> CheckpointDigest {
    try digest(cache: DigestCache.standard)
  }

  /// - Parameter cache: where hashes of whole files are remembered; `nil` remembers none.
  package func digest(cache: DigestCache?) throws(OctavoError) -> CheckpointDigest {
    var parts: [[UInt8]] = []
    for file in files { parts.append(Array(try file.digest(cache: cache).utf8)) }
    var hash = SHA256()
    hash.update(counted: "octavo checkpoint 1".utf8)
    hash.update(counted: configuration)
    for part in parts.sorted(by: { $0.lexicographicallyPrecedes($1) }) { hash.update(counted: part) }
    return try CheckpointDigest(hexadecimal: hash.finalize().hexadecimal)
  }
}

extension SafetensorsFile {
  /// Hexadecimal SHA-256 that stands for the file: over its header if that holds the tensors' hashes, else
  /// over all of it.
  func digest(cache: DigestCache?) throws(OctavoError) -> String {
    if header.holdsHashes { return try file.sha256(of: 0..<header.range.upperBound) }
    if let known = cache?.hash(of: file.identity) { return known }
    let hash = try file.sha256(of: 0..<file.byteCount)
    cache?.remember(hash, of: file)
    return hash
  }
}

extension MappedFile {
  private static let hashedBytesAtOnce = 1 << 20

  /// Hashes by reading, not through the mapping: a file that was cut is an error, and nothing stays mapped.
  func sha256(of range: Range<Int>) throws(OctavoError) -> String {
    var hash = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(range.count, Self.hashedBytesAtOnce), alignment: 64)
    defer { buffer.deallocate() }
    var offset = range.lowerBound
    while offset < range.upperBound {
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, range.upperBound - offset)])
      try read(at: offset, into: part)
      hash.update(bufferPointer: UnsafeRawBufferPointer(part))
      offset += part.count
    }
    return hash.finalize().hexadecimal
  }
}
