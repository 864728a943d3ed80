import CKernels

/// A packed int8 layer and quantized rows for it, with all they are made of.
final class Int8Layer {
  let channels: Int
  let outputs: Int
  let rule: OctavoActivationRule
  let weights: [[Int8]]
  let packed: UnsafeMutablePointer<UInt8>
  let packedByteCount: Int
  private(set) var groupSums: [Int16] = []
  private(set) var channelSums: [Int32] = []
  var scales: [Float]
  var bias: [Float]?

  init(
    _ weights: [[Int8]], rule: OctavoActivationRule, scales: [Float], bias: [Float]? = nil,
    packedBy kernels: OctavoKernels = KernelPair.portable
  ) {
    self.weights = weights
    self.rule = rule
    (channels, outputs) = (weights[0].count, weights.count)
    let (blocks, padded) = ((outputs + 63) / 64, (channels + 3) / 4 * 4)
    let fill = { (values: [Float]) in values + [Float](repeating: 0, count: blocks * 64 - values.count) }
    self.scales = fill(scales)
    self.bias = bias.map(fill)
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: blocks * 64 * padded, alignment: 64)
    packedByteCount = blocks * 64 * padded
    packed = bytes.bindMemory(to: UInt8.self, capacity: blocks * 64 * padded)
    let groups = (channels + 127) / 128
    if isGrouped {
      groupSums = Array(repeating: 0, count: blocks * groups * 64)
    } else {
      channelSums = Array(repeating: 0, count: blocks * 64)
    }
    for block in 0..<blocks { pack(block, padded, groups, kernels) }
  }

  deinit { UnsafeMutableRawPointer(packed).deallocate() }

  var isGrouped: Bool { rule.kind == OCTAVO_ACTIVATION_AFFINE_GROUPS }

  private func pack(_ block: Int, _ padded: Int, _ groups: Int, _ kernels: OctavoKernels) {
    let rows = Array(weights[block * 64..<min(block * 64 + 64, outputs)])
    groupSums.withUnsafeMutableBufferPointer { groupSums in
      channelSums.withUnsafeMutableBufferPointer { channelSums in
        kernels.pack_int8_block(
          rows.flatMap(\.self), rows.count, channels, channels, packed + block * 64 * padded,
          isGrouped ? groupSums.baseAddress! + block * groups * 64 : nil,
          isGrouped ? nil : channelSums.baseAddress! + block * 64)
      }
    }
  }

  /// Outputs of the rows `x`, padding included, computed in the parts given by `cuts` of rows, or added to `before`.
  func run(
    _ kernels: OctavoKernels, _ rows: Rows, cuts: [Range<Int>]? = nil, before: [Float]? = nil
  ) -> [Float] {
    let blocks = (outputs + 63) / 64
    var out = before ?? [Float](repeating: .nan, count: rows.count * blocks * 64)
    out.withUnsafeMutableBufferPointer { out in
      withLayout { layer in
        rows.withLayout { rowsLayout in
          let parts = LinearParts(rows: rows.count, blocks: blocks, cuts: cuts, accumulates: before != nil)
          for var part in parts.parts(out.baseAddress!) { kernels.linear_int8(layer, rowsLayout, &part) }
        }
      }
    }
    return out
  }

  private func withLayout(_ body: (UnsafePointer<OctavoPackedInt8>) -> Void) {
    groupSums.withUnsafeBufferPointer { groupSums in
      channelSums.withUnsafeBufferPointer { channelSums in
        scales.withUnsafeBufferPointer { scales in
          (bias ?? []).withUnsafeBufferPointer { bias in
            var layout = OctavoPackedInt8(
              input_channels: channels, blocks: (outputs + 63) / 64, group_channels: isGrouped ? 128 : channels,
              weights: packed, group_sums: isGrouped ? groupSums.baseAddress : nil,
              channel_sums: isGrouped ? nil : channelSums.baseAddress, scales: scales.baseAddress,
              bias: self.bias == nil ? nil : bias.baseAddress)
            body(&layout)
          }
        }
      }
    }
  }
}

/// Quantized rows.
final class Rows {
  let count: Int
  private let valueStride: Int
  private let termStride: Int
  private(set) var values: [Int8]
  var terms: [OctavoGroupTerm]

  /// Quantizes `x` by the specification.
  init(_ x: [[Float]], rule: OctavoActivationRule) {
    count = x.count
    valueStride = (x[0].count + 3) / 4 * 4 + 8
    termStride = (x[0].count + 127) / 128 + 1
    values = Array(repeating: 55, count: count * valueStride)
    terms = Array(repeating: OctavoGroupTerm(), count: count * termStride)
    values.withUnsafeMutableBufferPointer { values in
      terms.withUnsafeMutableBufferPointer { terms in
        for (row, x) in x.enumerated() {
          withUnsafePointer(to: rule) {
            KernelPair.portable.quantize_row(
              $0, x, x.count, values.baseAddress! + row * valueStride, terms.baseAddress! + row * termStride)
          }
        }
      }
    }
  }

  func withLayout(_ body: (UnsafePointer<OctavoQuantizedRows>) -> Void) {
    values.withUnsafeBufferPointer { values in
      terms.withUnsafeBufferPointer { terms in
        var layout = OctavoQuantizedRows(
          values: values.baseAddress, value_stride: valueStride, terms: terms.baseAddress, term_stride: termStride)
        body(&layout)
      }
    }
  }

  func value(row: Int, channel: Int) -> Int { Int(values[row * valueStride + channel]) }
  func term(row: Int, group: Int) -> OctavoGroupTerm { terms[row * termStride + group] }
}
