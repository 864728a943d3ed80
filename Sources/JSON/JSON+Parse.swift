package import Core

extension JSON {
  /// Reads one document.
  ///
  /// - Parameters:
  ///   - bytes: the whole document in UTF-8, without a byte order mark.
  ///   - source: what errors call it, such as `config.json`.
  ///   - limits: how much it may hold.
  /// - Throws: INVALID_ARGUMENT with the byte offset for anything but one well-formed value;
  ///   RESOURCE_EXHAUSTED past a limit.
  package static func parse(
    _ bytes: [UInt8], source: String = "JSON", limits: JSONLimits
  ) throws(OctavoError) -> JSON {
    guard bytes.count <= limits.bytesMax else { throw tooLong(bytes.count, source, limits) }
    var parser = JSONParser(bytes: bytes, source: source, limits: limits)
    return try parser.document()
  }

  /// The same, from borrowed bytes; they are copied once the length is known to be within the limit.
  package static func parse(
    _ bytes: RawSpan, source: String = "JSON", limits: JSONLimits
  ) throws(OctavoError) -> JSON {
    guard bytes.byteCount <= limits.bytesMax else { throw tooLong(bytes.byteCount, source, limits) }
    return try parse(unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }, source: source, limits: limits)
  }

  private static func tooLong(_ byteCount: Int, _ source: String, _ limits: JSONLimits) -> OctavoError {
    OctavoError(
      .resourceExhausted, "\(source) has \(byteCount) bytes: at most \(limits.bytesMax) are read")
  }
}
