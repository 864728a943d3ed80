package import CKernels

/// Rounds rows of weights to int8, each against a scale of its own.
package struct WeightQuantizer: @unchecked Sendable {
  /// Largest magnitude of a quantized weight: the range stays symmetric.
  package static let largest: Float = 127

  /// Points at a table that lives as long as the process and is never written.
  private let kernels: UnsafePointer<OctavoKernels>

  package init(kernels: UnsafePointer<OctavoKernels> = octavo_kernels_automatic()) { self.kernels = kernels }

  /// Quantizes one row.
  ///
  /// - Parameters:
  ///   - row: `count` weights.
  ///   - quantized: room for `count` values.
  /// - Returns: the scale, which bfloat16 holds exactly; `nil` if a weight is infinite or not a number.
  package func quantize(
    _ row: UnsafePointer<Float>, count: Int, into quantized: UnsafeMutablePointer<Int8>
  ) -> Float? {
    guard kernels.pointee.all_finite(row, count) != 0 else { return nil }
    let scale = Self.storedScale(absmax: kernels.pointee.absmax(row, count))
    kernels.pointee.quantize_weights(row, count, scale, quantized)
    return scale
  }

  /// absmax / 127 as bfloat16 stores it; 1 for a row of zeros, and for one so small that its scale would be 0.
  package static func storedScale(absmax: Float) -> Float {
    let stored = Float(bitPattern: UInt32(octavo_bfloat16_from_float(absmax / largest)) << 16)
    return stored == 0 ? 1 : stored
  }
}
