import CKernels

/// The parts that a linear layer's outputs are computed in: all at once, or every block by itself for each range of
/// rows in `cuts`, the last block first.
struct LinearParts {
  var rows: Int
  var blocks: Int
  var cuts: [Range<Int>]?
  var accumulates: Bool

  /// - Parameter out: `blocks * 64` floats a row.
  func parts(_ out: UnsafeMutablePointer<Float>) -> [OctavoLinearPart] {
    guard let cuts else { return [part(0..<rows, 0..<blocks, out)] }
    return cuts.flatMap { cut in (0..<blocks).reversed().map { part(cut, $0..<$0 + 1, out) } }
  }

  private func part(
    _ rows: Range<Int>, _ columns: Range<Int>, _ out: UnsafeMutablePointer<Float>
  ) -> OctavoLinearPart {
    OctavoLinearPart(
      row_begin: rows.lowerBound, row_end: rows.upperBound, block_begin: columns.lowerBound,
      block_end: columns.upperBound, out: out + (rows.lowerBound * blocks + columns.lowerBound) * 64,
      out_stride: blocks * 64, accumulates: accumulates ? 1 : 0)
  }
}
