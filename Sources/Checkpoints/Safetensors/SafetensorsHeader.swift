import Core

/// The table of contents of a safetensors file: eight bytes of length, little-endian, that much JSON, then
/// the tensors' bytes without gap.
///
/// Source: <https://github.com/huggingface/safetensors#format>.
struct SafetensorsHeader: Sendable {
  /// Real headers have about 120 bytes a tensor; the reference reader stops at 100 MB.
  static let bytesMax = 16 << 20
  static let tensorsMax = 65_536
  static let metadataEntriesMax = 2 * tensorsMax
  static let dimensionsMax = 8
  static let nameBytesMax = 512
  /// Bytes of the length in front.
  static let lengthBytes = 8

  struct Entry: Sendable, Hashable {
    var name: String
    var type: StoredType
    var shape: [Int]
    /// From the start of the file.
    var range: Range<Int>
  }

  /// In the order of their bytes.
  var entries: [Entry]
  var metadata: [String: String]
  /// The header's JSON, padding included, from the start of the file.
  var range: Range<Int>
}
