package import Core

extension Tokenizer {
  /// Reads the tokenizer.json at `path`.
  ///
  /// - Throws: NOT_FOUND if no such file can be opened, RESOURCE_EXHAUSTED if it is too long, and what
  ///   `init(json:)` throws.
  package static func open(_ path: String) throws(OctavoError) -> Tokenizer {
    let file = try RegularFile(path)
    return try Tokenizer(json: file.contents(bytesMax: TokenizerLimits.fileBytesMax), source: path)
  }
}
