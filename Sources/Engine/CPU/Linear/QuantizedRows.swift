internal import CKernels
internal import Core
internal import Models

/// Room for the quantized inputs of one linear layer, for every row of the largest microbatch.
final class QuantizedRows {
  private let values: AlignedBuffer<Int8>
  private let terms: AlignedBuffer<OctavoGroupTerm>
  private let valueStride: Int
  private let termStride: Int

  init(rowsMax: Int, channelsMax: Int) throws(OctavoError) {
    let shape = PackedLinear(inputChannels: channelsMax, outputChannels: 0)
    valueStride = shape.valueStrideBytes
    termStride = shape.groupCount
    values = try AlignedBuffer(count: rowsMax * valueStride)
    terms = try AlignedBuffer(count: rowsMax * termStride)
  }

  func quantize(row: Int, _ x: UnsafePointer<Float>, channels: Int, rule: OctavoActivationRule, _ kernels: Kernels) {
    withUnsafePointer(to: rule) {
      kernels.table.pointee.quantize_row(
        $0, x, channels, values.base + row * valueStride, terms.base + row * termStride)
    }
  }

  /// Where the values and the terms of a row begin, from one group of 128 channels on.
  func place(row: Int, group: Int) -> (UnsafeMutablePointer<Int8>, UnsafeMutablePointer<OctavoGroupTerm>) {
    (values.base + row * valueStride + group * Limits.activationGroup, terms.base + row * termStride + group)
  }

  var layout: OctavoQuantizedRows {
    OctavoQuantizedRows(
      values: values.base, value_stride: valueStride, terms: terms.base, term_stride: termStride)
  }
}

extension Int {
  /// For sizes: not negative, and far from the largest integer.
  func roundedUp(toMultipleOf unit: Int) -> Int { (self + unit - 1) / unit * unit }
}
