internal import CKernels
internal import Core
internal import Models

extension CPUStage {
  /// What a linear layer's rows start from, and where they end.
  struct LinearRows {
    var count: Int
    /// Rows of floats, for sections that are not quantized or by another rule than the first.
    var input: UnsafePointer<Float>
    var inputStride: Int
    var output: UnsafeMutablePointer<Float>
    /// Whether results are added to `output`.
    var accumulates = false
  }

  /// Quantizes one row for the first section of `linear`, if that is int8: so a row that was just computed
  /// is quantized while it is in the cache.
  func prepare(row: Int, of input: UnsafePointer<Float>, stride: Int, for linear: Linear) {
    guard let rule = linear.firstRule else { return }
    workspace.quantized.quantize(
      row: row, input + row * stride, channels: linear.inputChannels, rule: rule, kernels)
  }

  /// Runs `linear` on rows each of which was prepared.
  func apply(_ linear: Linear, _ rows: LinearRows) {
    var column = 0
    for (index, section) in linear.sections.enumerated() {
      switch section {
      case .int8(let packed):
        if index > 0 { requantize(rows, packed) }
        let (layer, quantized) = (packed.layout, workspace.quantized.layout)
        share(linear, section, rows, column) { part in
          withUnsafePointer(to: layer) { layer in
            withUnsafePointer(to: quantized) { kernels.table.pointee.linear_int8(layer, $0, part) }
          }
        }
      case .float(let packed):
        let layer = packed.layout
        share(linear, section, rows, column) { part in
          withUnsafePointer(to: layer) {
            kernels.table.pointee.linear_float($0, rows.input, rows.inputStride, part)
          }
        }
      }
      column += section.blockCount * PackedLinear.outputBlock
    }
  }

  private func requantize(_ rows: LinearRows, _ packed: PackedInt8) {
    forRows(rows.count) { row in
      workspace.quantized.quantize(
        row: row, rows.input + row * rows.inputStride, channels: packed.shape.inputChannels, rule: packed.rule,
        kernels)
    }
  }

  /// Cuts blocks and rows into parts for the threads. The parts of one block follow each other, so that a thread has
  /// its weights in the cache for all rows.
  private func share(
    _ linear: Linear, _ section: Linear.Section, _ rows: LinearRows, _ column: Int,
    _ body: (UnsafePointer<OctavoLinearPart>) -> Void
  ) {
    let work = rows.count * linear.inputChannels * section.blockCount * PackedLinear.outputBlock
    let cut = JobCut(units: section.blockCount, rows: rows.count, multiplyAdds: work, threads: pool.threads)
    pool.run(parts: cut.partCount) { index in
      let (blocks, partRows) = cut.part(index)
      let part = OctavoLinearPart(
        row_begin: partRows.lowerBound, row_end: partRows.upperBound,
        block_begin: blocks.lowerBound, block_end: blocks.upperBound,
        out: rows.output + partRows.lowerBound * linear.width + column + blocks.lowerBound * PackedLinear.outputBlock,
        out_stride: linear.width, accumulates: rows.accumulates ? 1 : 0)
      withUnsafePointer(to: part, body)
    }
  }
}
