package import Core

extension SafetensorsWriter {
  /// Appends integers, or the bits of floats, as they lie in memory; else as ``append(_:to:)`` of bytes.
  package mutating func append<Element: FixedWidthInteger & BitwiseCopyable>(
    elements: [Element], to name: String
  ) throws(OctavoError) {
    try append(elements.span.bytes, to: name)
  }
}
