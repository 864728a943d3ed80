import Core

/// One mapped safetensors file whose header was checked.
final class SafetensorsFile: Sendable {
  let file: MappedFile
  let header: SafetensorsHeader

  /// - Throws: as ``MappedFile/init(path:)`` and ``SafetensorsHeader/init(of:)``.
  init(path: String) throws(OctavoError) {
    file = try MappedFile(path: path)
    header = try SafetensorsHeader(of: file)
    file.releasePages(in: 0..<header.range.upperBound)
  }
}
