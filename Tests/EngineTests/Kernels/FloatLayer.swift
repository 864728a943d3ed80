import CKernels
import TestSupport

/// A packed float layer of random weights.
final class FloatLayer {
  let channels: Int
  let outputs: Int
  let format: OctavoFloatFormat
  private let bias: [Float]?
  private let packed: UnsafeMutableRawPointer

  init(
    _ channels: Int, _ outputs: Int, _ format: OctavoFloatFormat, hasBias: Bool, _ generator: inout SeededGenerator
  ) {
    (self.channels, self.outputs, self.format) = (channels, outputs, format)
    let blocks = (outputs + 63) / 64
    let bytes = format == OCTAVO_FLOAT32 ? 4 : 2
    bias = hasBias ? generator.floats(blocks * 64) : nil
    packed = .allocate(byteCount: blocks * 64 * channels * bytes, alignment: 64)
    let values = generator.mixedFloats(outputs * channels, hardShare: 0.01)
    for block in 0..<blocks {
      let rows = Array(values[block * 64 * channels..<min((block + 1) * 64, outputs) * channels])
      let count = rows.count / channels
      let target = packed + block * 64 * channels * bytes
      switch format {
      case OCTAVO_FLOAT32: octavo_pack_float_block(rows, count, channels * 4, channels, 4, target)
      case OCTAVO_FLOAT16:
        octavo_pack_float_block(rows.map { octavo_half_from_float($0) }, count, channels * 2, channels, 2, target)
      default:
        octavo_pack_float_block(rows.map { octavo_bfloat16_from_float($0) }, count, channels * 2, channels, 2, target)
      }
    }
  }

  deinit { packed.deallocate() }

  func run(
    _ kernels: OctavoKernels, _ x: [Float], cuts: [Range<Int>]? = nil, before: [Float]? = nil
  ) -> [Float] {
    let (rows, blocks) = (x.count / channels, (outputs + 63) / 64)
    var out = before ?? [Float](repeating: .nan, count: rows * blocks * 64)
    out.withUnsafeMutableBufferPointer { out in
      (bias ?? []).withUnsafeBufferPointer { bias in
        var layout = OctavoPackedFloat(
          input_channels: channels, blocks: blocks, format: format, weights: packed,
          bias: self.bias == nil ? nil : bias.baseAddress)
        let parts = LinearParts(rows: rows, blocks: blocks, cuts: cuts, accumulates: before != nil)
        for var part in parts.parts(out.baseAddress!) { kernels.linear_float(&layout, x, channels, &part) }
      }
    }
    return out
  }
}
