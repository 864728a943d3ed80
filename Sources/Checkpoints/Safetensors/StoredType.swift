/// The element types that may stand in a file. Those that are not ``ElementType`` have a known size, so that
/// the file's layout can be checked, and refuse to be read.
///
/// Source: the `Dtype` enumeration of the safetensors format's reference implementation.
struct StoredType: Sendable, Hashable {
  let name: String
  let bits: Int

  /// `nil` for a name the format does not know.
  init?(name: String) {
    guard let bits = Self.bitsByName[name] else { return nil }
    self.name = name
    self.bits = bits
  }

  var element: ElementType? { ElementType(rawValue: name) }

  private static let bitsByName = [
    "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8,
    "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32,
    "U32": 32, "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64,
  ]
}
