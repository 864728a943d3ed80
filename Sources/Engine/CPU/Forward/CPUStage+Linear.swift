internal import CKernels
internal import Core
internal import Models

extension CPUStage {
  /// Multiply-adds below which sharing costs more than it gains.
  private static let sharedWorkMin = 1 << 18
  /// Parts of a job for each thread: so many that the last ones end together, so few that handing them out is nothing.
  static let partsPerThread = 16
  /// Rows of a register tile.
  private static let tileRows = 6

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

  /// Cuts blocks, and rows where blocks are few, into parts for the threads.
  private func share(
    _ linear: Linear, _ section: Linear.Section, _ rows: LinearRows, _ column: Int,
    _ body: (UnsafePointer<OctavoLinearPart>) -> Void
  ) {
    let blocks = section.blockCount
    let work = rows.count * linear.inputChannels * blocks * PackedLinear.outputBlock
    let wanted = work < Self.sharedWorkMin || pool.threads == 1 ? 1 : Self.partsPerThread * pool.threads
    let blockParts = min(blocks, wanted)
    let rowParts = max(1, min(rows.count / Self.tileRows, wanted / blockParts))
    let rowsPerPart = ((rows.count + rowParts - 1) / rowParts).roundedUp(toMultipleOf: Self.tileRows)
    pool.run(parts: blockParts * rowParts) { index in
      let (blockPart, rowPart) = (index % blockParts, index / blockParts)
      let firstRow = min(rows.count, rowPart * rowsPerPart)
      let firstBlock = blocks * blockPart / blockParts
      let part = OctavoLinearPart(
        row_begin: firstRow, row_end: min(rows.count, firstRow + rowsPerPart),
        block_begin: firstBlock, block_end: blocks * (blockPart + 1) / blockParts,
        out: rows.output + firstRow * linear.width + column + firstBlock * PackedLinear.outputBlock,
        out_stride: linear.width, accumulates: rows.accumulates ? 1 : 0)
      withUnsafePointer(to: part, body)
    }
  }
}
