internal import CKernels

/// Quantizes rows of bfloat16 weights that are held in memory, as ``CheckpointQuantizer`` does those of a file.
package struct BFloat16RowQuantizer: @unchecked Sendable {
  /// Points at a table that lives as long as the process and is never written.
  private let kernels: UnsafePointer<OctavoKernels> = octavo_kernels_automatic()

  package init() {}

  /// Quantizes whole rows, each against a scale of its own.
  ///
  /// - Parameters:
  ///   - rows: bits of `channels` weights a row, row by row.
  ///   - integers: becomes the quantized weights, as many as there are in `rows`.
  ///   - scales: gets the bits of one bfloat16 a row, at its end.
  /// - Returns: `false` if a weight is infinite or not a number; the row's results mean nothing then.
  package func quantize(
    _ rows: [UInt16], channels: Int, into integers: inout [Int8], appendingTo scales: inout [UInt16]
  ) -> Bool {
    precondition(rows.count.isMultiple(of: channels))
    if integers.count != rows.count { integers = [Int8](repeating: 0, count: rows.count) }
    let quantizer = WeightQuantizer(kernels: kernels)
    var floats = [Float](repeating: 0, count: channels)
    for start in stride(from: 0, to: rows.count, by: channels) {
      rows.withUnsafeBytes {
        kernels.pointee.widen(OCTAVO_BFLOAT16, $0.baseAddress! + 2 * start, channels, &floats)
      }
      let scale = integers.withUnsafeMutableBufferPointer {
        quantizer.quantize(floats, count: channels, into: $0.baseAddress! + start)
      }
      guard let scale else { return false }
      scales.append(UInt16(scale.bitPattern >> 16))
    }
    return true
  }
}
