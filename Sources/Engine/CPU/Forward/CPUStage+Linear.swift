internal import CKernels
internal import Models

extension CPUStage {
  /// Multiply-adds below which sharing costs more than it gains.
  private static let sharedWorkMin = 1 << 18
  /// Rows of a register tile.
  private static let tileRows = 6

  /// Quantizes one row for the first section of `linear`, if that is int8: so a row that was just computed
  /// is quantized while it is in the cache.
  func prepare(row: Int, of input: UnsafePointer<Float>, stride: Int, for linear: Linear) {
    guard let rule = linear.firstRule else { return }
    workspace.quantized.quantize(
      row: row, input + row * stride, channels: linear.inputChannels, rule: rule, kernels)
  }

  /// Runs `linear` on the first `rows` rows of `input`, each of which was prepared.
  func apply(
    _ linear: Linear, rows: Int, input: UnsafePointer<Float>, stride: Int, output: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    for (index, section) in linear.sections.enumerated() {
      switch section {
      case .int8(let packed):
        if index > 0 { requantize(rows, input, stride, packed) }
        let (layer, quantized) = (packed.layout, workspace.quantized.layout)
        share(linear, section, rows: rows, output: output + column) { part in
          withUnsafePointer(to: layer) { layer in
            withUnsafePointer(to: quantized) { kernels.table.pointee.linear_int8(layer, $0, part) }
          }
        }
      case .float(let packed):
        let layer = packed.layout
        share(linear, section, rows: rows, output: output + column) { part in
          withUnsafePointer(to: layer) { kernels.table.pointee.linear_float($0, input, stride, part) }
        }
      }
      column += section.blockCount * PackedLinear.outputBlock
    }
  }

  private func requantize(_ rows: Int, _ input: UnsafePointer<Float>, _ stride: Int, _ packed: PackedInt8) {
    forRows(rows) { row in
      workspace.quantized.quantize(
        row: row, input + row * stride, channels: packed.shape.inputChannels, rule: packed.rule, kernels)
    }
  }

  /// Cuts blocks, and rows where blocks are few, into parts for the threads.
  private func share(
    _ linear: Linear, _ section: Linear.Section, rows: Int, output: UnsafeMutablePointer<Float>,
    _ body: (UnsafePointer<OctavoLinearPart>) -> Void
  ) {
    let blocks = section.blockCount
    let work = rows * linear.inputChannels * blocks * PackedLinear.outputBlock
    let wanted = work < Self.sharedWorkMin || pool.threads == 1 ? 1 : 4 * pool.threads
    let blockParts = min(blocks, wanted)
    let rowParts = max(1, min(rows / Self.tileRows, wanted / blockParts))
    let rowsPerPart = ((rows + rowParts - 1) / rowParts).roundedUp(toMultipleOf: Self.tileRows)
    pool.run(parts: blockParts * rowParts) { index in
      let (blockPart, rowPart) = (index % blockParts, index / blockParts)
      let part = OctavoLinearPart(
        row_begin: min(rows, rowPart * rowsPerPart), row_end: min(rows, (rowPart + 1) * rowsPerPart),
        block_begin: blocks * blockPart / blockParts, block_end: blocks * (blockPart + 1) / blockParts,
        out: output, out_stride: linear.width)
      withUnsafePointer(to: part, body)
    }
  }
}
