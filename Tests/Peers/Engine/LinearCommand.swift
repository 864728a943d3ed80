import CKernels
import Core

/// One int8 linear layer on given activations and weights: what the kernels make of them, step by step.
///
/// Reads `DIR/x.f32` [rows, channels], `DIR/weights.i8` [outputs, channels], `DIR/scales.f32`, `DIR/bias.f32`
/// [outputs]; writes `DIR/quantized.i8` [rows, channels] as stored, `DIR/terms.i32` [rows, groups, 3] (the scale's
/// bits, offset, zero factor), `DIR/sums.i32` [groups, rows, outputs] and `DIR/out.f32` [rows, outputs].
struct LinearCommand {
  let options: ProbeOptions

  init(_ options: ProbeOptions) { self.options = options }

  func run() throws(OctavoError) {
    let directory = try options.text("dir")
    let channels = try options.integer("channels", default: 1)
    let kernels =
      try options.text("kernels") == "portable" ? octavo_kernels_portable()! : octavo_kernels_automatic()!
    let x: [Float] = try Files.readElements("\(directory)/x.f32")
    var layer = ProbeLayer(
      channels: channels, weights: try Files.readElements("\(directory)/weights.i8"),
      scales: try Files.readElements("\(directory)/scales.f32"), bias: try Files.readElements("\(directory)/bias.f32"))
    let rows = ProbeRows(x, channels: channels, kernels.pointee)
    try Files.write(rows.values, to: "\(directory)/quantized.i8")
    try Files.write(rows.terms, to: "\(directory)/terms.i32")
    try Files.write(layer.run(rows, kernels.pointee), to: "\(directory)/out.f32")
    // With every scale 0 but one group's, which is 1, outputs are that group's sums: under 2^24, so exact.
    layer.scales = layer.scales.map { _ in 1 }
    layer.bias = layer.bias.map { _ in 0 }
    var sums: [Int32] = []
    for group in 0..<rows.groups { sums += layer.run(rows.only(group), kernels.pointee).map { Int32($0) } }
    try Files.write(sums, to: "\(directory)/sums.i32")
  }
}

/// Rows quantized by Octavo's own rule.
struct ProbeRows {
  let count: Int
  let groups: Int
  let channels: Int
  private(set) var values: [Int8]
  private(set) var terms: [OctavoGroupTerm]

  init(_ x: [Float], channels: Int, _ kernels: OctavoKernels) {
    precondition(channels.isMultiple(of: 4))
    self.channels = channels
    count = x.count / channels
    groups = (channels + 127) / 128
    values = Array(repeating: 0, count: x.count)
    terms = Array(repeating: OctavoGroupTerm(), count: count * groups)
    var rule = OctavoActivationRule(kind: OCTAVO_ACTIVATION_AFFINE_GROUPS, scale: 0, zero: 0)
    for row in 0..<count {
      values.withUnsafeMutableBufferPointer { values in
        terms.withUnsafeMutableBufferPointer { terms in
          kernels.quantize_row(
            &rule, Array(x[row * channels..<(row + 1) * channels]), channels, values.baseAddress! + row * channels,
            terms.baseAddress! + row * groups)
        }
      }
    }
  }

  /// With scales of 1 in `group` and 0 elsewhere.
  func only(_ group: Int) -> ProbeRows {
    var rows = self
    for index in terms.indices { rows.terms[index].scale = index % groups == group ? 1 : 0 }
    return rows
  }
}

/// A layer in kernel layout.
struct ProbeLayer {
  let channels: Int
  let outputs: Int
  var scales: [Float]
  var bias: [Float]
  private let packed: UnsafeMutableRawPointer
  private var groupSums: [Int16]
  private var blocks: Int { (outputs + 63) / 64 }

  init(channels: Int, weights: [Int8], scales: [Float], bias: [Float]) {
    self.channels = channels
    outputs = scales.count
    let (blocks, groups) = ((scales.count + 63) / 64, (channels + 127) / 128)
    let padding = [Float](repeating: 0, count: blocks * 64 - scales.count)
    self.scales = scales + padding
    self.bias = bias + padding
    // Held until the process ends.
    packed = .allocate(byteCount: blocks * 64 * channels, alignment: 64)
    groupSums = Array(repeating: 0, count: blocks * groups * 64)
    for block in 0..<blocks {
      let rows = Array(weights[block * 64 * channels..<min((block + 1) * 64, scales.count) * channels])
      groupSums.withUnsafeMutableBufferPointer {
        octavo_pack_int8_block(
          rows, rows.count / channels, channels, channels,
          (packed + block * 64 * channels).assumingMemoryBound(to: UInt8.self),
          $0.baseAddress! + block * groups * 64, nil)
      }
    }
  }

  /// Outputs without padding.
  func run(_ rows: ProbeRows, _ kernels: OctavoKernels) -> [Float] {
    var out = [Float](repeating: 0, count: rows.count * blocks * 64)
    var quantized = OctavoQuantizedRows()
    var part = OctavoLinearPart(
      row_begin: 0, row_end: rows.count, block_begin: 0, block_end: blocks, out: nil, out_stride: blocks * 64)
    rows.values.withUnsafeBufferPointer { values in
      rows.terms.withUnsafeBufferPointer { terms in
        groupSums.withUnsafeBufferPointer { sums in
          scales.withUnsafeBufferPointer { scales in
            bias.withUnsafeBufferPointer { bias in
              out.withUnsafeMutableBufferPointer { out in
                quantized = OctavoQuantizedRows(
                  values: values.baseAddress, value_stride: channels, terms: terms.baseAddress,
                  term_stride: rows.groups)
                part.out = out.baseAddress
                var layer = OctavoPackedInt8(
                  input_channels: channels, blocks: blocks, group_channels: 128,
                  weights: packed.assumingMemoryBound(to: UInt8.self), group_sums: sums.baseAddress,
                  channel_sums: nil, scales: scales.baseAddress, bias: bias.baseAddress)
                kernels.linear_int8(&layer, &quantized, &part)
              }
            }
          }
        }
      }
    }
    return (0..<rows.count).flatMap { out[$0 * blocks * 64..<$0 * blocks * 64 + outputs] }
  }
}
