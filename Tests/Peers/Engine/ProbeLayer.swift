import CKernels

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
        octavo_kernels_portable()!.pointee.pack_int8_block(
          rows, rows.count / channels, channels, channels,
          (packed + block * 64 * channels).assumingMemoryBound(to: UInt8.self),
          $0.baseAddress! + block * groups * 64, nil)
      }
    }
  }

  /// Outputs without padding.
  func run(_ rows: ProbeRows, _ kernels: OctavoKernels) -> [Float] {
    let width = blocks * 64
    let out = compute(rows) { layer, quantized, part in kernels.linear_int8(layer, quantized, part) }
    return (0..<rows.count).flatMap { out[$0 * width..<$0 * width + outputs] }
  }

  /// The same, shared among threads, for its time alone.
  func runShared(_ rows: ProbeRows, _ kernels: OctavoKernels, _ pool: OpaquePointer) {
    struct Job {
      var kernels: OctavoKernels
      var layer: UnsafePointer<OctavoPackedInt8>
      var rows: UnsafePointer<OctavoQuantizedRows>
      var part: OctavoLinearPart
    }
    _ = compute(rows) { layer, quantized, part in
      var job = Job(kernels: kernels, layer: layer, rows: quantized, part: part.pointee)
      octavo_threads_run(
        pool, 16,
        { context, index in
          let job = context!.assumingMemoryBound(to: Job.self).pointee
          var part = job.part
          part.block_begin = job.part.block_end * index / 16
          part.block_end = job.part.block_end * (index + 1) / 16
          part.out += part.block_begin * 64
          job.kernels.linear_int8(job.layer, job.rows, &part)
        }, &job)
    }
  }

  private func compute(
    _ rows: ProbeRows,
    _ body: (
      UnsafePointer<OctavoPackedInt8>, UnsafePointer<OctavoQuantizedRows>, UnsafePointer<OctavoLinearPart>
    ) -> Void
  ) -> [Float] {
    var out = [Float](repeating: 0, count: rows.count * blocks * 64)
    withLayout { layer in
      rows.withLayout { quantized in
        out.withUnsafeMutableBufferPointer {
          var part = OctavoLinearPart(
            row_begin: 0, row_end: rows.count, block_begin: 0, block_end: blocks, out: $0.baseAddress,
            out_stride: blocks * 64, accumulates: 0)
          body(layer, quantized, &part)
        }
      }
    }
    return out
  }

  private func withLayout(_ body: (UnsafePointer<OctavoPackedInt8>) -> Void) {
    groupSums.withUnsafeBufferPointer { sums in
      scales.withUnsafeBufferPointer { scales in
        bias.withUnsafeBufferPointer { bias in
          var layer = OctavoPackedInt8(
            input_channels: channels, blocks: blocks, group_channels: 128,
            weights: packed.assumingMemoryBound(to: UInt8.self), group_sums: sums.baseAddress, channel_sums: nil,
            scales: scales.baseAddress, bias: bias.baseAddress)
          body(&layer)
        }
      }
    }
  }
}
