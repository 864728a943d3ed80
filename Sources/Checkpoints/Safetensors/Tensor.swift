package import Core

/// A tensor in a mapped file: what it is, and its bytes on loan.
package struct Tensor: Sendable {
  package let name: String
  package let type: ElementType
  /// Slowest dimension first; no dimension is 0.
  package let shape: [Int]
  private let file: MappedFile
  private let range: Range<Int>

  /// - Throws: UNIMPLEMENTED for an element type that cannot be read.
  init(_ entry: SafetensorsHeader.Entry, in file: MappedFile) throws(OctavoError) {
    guard let type = entry.type.element else {
      let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw OctavoError(
        .unimplemented, "\(file.path): \(quoted(entry.name)) has the element type \(entry.type.name): \(known) are read"
      )
    }
    name = entry.name
    self.type = type
    shape = entry.shape
    self.file = file
    range = entry.range
  }

  package var byteCount: Int { range.count }
  package var elementCount: Int { range.count / type.bytesPerElement }
  /// Bytes of one index of the slowest dimension.
  package var rowBytes: Int { shape.isEmpty ? byteCount : byteCount / shape[0] }

  /// Lends the mapped bytes, little-endian, row by row; they may be at an odd address.
  package func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try file.withBytes(in: range, body)
  }

  /// Gives the mapped pages back, so that a tensor that was read once does not stay resident.
  package func releasePages() { file.releasePages(in: range) }

  /// Reads `rows` of the slowest dimension into a buffer of exactly their bytes. Nothing stays mapped:
  /// this is how embedding rows are looked up.
  ///
  /// - Throws: OUT_OF_RANGE for rows past the end; DATA_LOSS if the file has become shorter.
  package func readRows(
    _ rows: Range<Int>, into buffer: UnsafeMutableRawBufferPointer
  ) throws(OctavoError) {
    guard rows.lowerBound >= 0, rows.upperBound <= shape.first ?? 1 else {
      throw OctavoError(.outOfRange, "rows \(rows) of \(quoted(name)): it has \(shape.first ?? 1)")
    }
    precondition(buffer.count == rows.count * rowBytes)
    try file.read(at: range.lowerBound + rows.lowerBound * rowBytes, into: buffer)
  }
}
