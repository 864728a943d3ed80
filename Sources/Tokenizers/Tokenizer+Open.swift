package import Core
internal import Foundation

extension Tokenizer {
  /// Reads the tokenizer.json at `path`.
  ///
  /// - Throws: NOT_FOUND if there is no such file, RESOURCE_EXHAUSTED if it is too long, and what `init(json:)`
  ///   throws.
  package static func open(_ path: String) throws(OctavoError) -> Tokenizer {
    try Tokenizer(json: contents(of: path), source: path)
  }

  private static func contents(of path: String) throws(OctavoError) -> [UInt8] {
    let attributes: [FileAttributeKey: Any]
    do {
      let resolved = URL(filePath: path).resolvingSymlinksInPath().path
      attributes = try FileManager.default.attributesOfItem(atPath: resolved)
    } catch {
      throw OctavoError(.notFound, "there is no readable tokenizer at \(quoted(path))", cause: error)
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw .invalid("tokenizer", quoted(path), "give a file")
    }
    do {
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      let bytes = try file.read(upToCount: TokenizerLimits.fileBytesMax + 1) ?? Data()
      guard bytes.count <= TokenizerLimits.fileBytesMax else {
        throw OctavoError(.resourceExhausted, "\(quoted(path)) is over \(TokenizerLimits.fileBytesMax) bytes")
      }
      return Array(bytes)
    } catch let error as OctavoError {
      throw error
    } catch {
      throw OctavoError(.notFound, "\(quoted(path)) cannot be read", cause: error)
    }
  }
}
