internal import CKernels
internal import Core
internal import Models

extension CPUStage {
  /// Rows whose gates and ups are computed before they are multiplied and quantized: what fits the cache
  /// beside the weights.
  private static let panelRows = 48

  /// down(silu(gate(x)) * up(x)) of the normalized rows, added to the residual stream.
  func feedForward(_ rows: Int, _ layer: LayerWeights) {
    let strides = workspace.strides
    measure(.feedForwardNorm) { normalize(rows, layer.feedForwardNorm, for: layer.feedForwardInputs) }
    if let inputs = layer.feedForwardInputs.onlyGrouped, layer.down.onlyGrouped != nil {
      measure(.gateUpActivate, layer.feedForwardInputs.work(rows: rows)) { activateByGroups(rows, inputs) }
      swap(&workspace.quantized, &workspace.quantizedAhead)
    } else {
      activateApart(rows, layer)
    }
    measure(.down, layer.down.work(rows: rows)) {
      apply(
        layer.down,
        LinearRows(
          count: rows, input: workspace.feedForward.base, inputStride: strides.feedForward,
          output: workspace.residual.base, accumulates: true))
    }
  }

  /// Gates and ups of all rows, then their products, then quantized: for any mixture of formats and rules.
  private func activateApart(_ rows: Int, _ layer: LayerWeights) {
    let strides = workspace.strides
    measure(.gateUp, layer.feedForwardInputs.work(rows: rows)) {
      apply(
        layer.feedForwardInputs,
        LinearRows(
          count: rows, input: workspace.hidden.base, inputStride: strides.hidden, output: workspace.feedForward.base))
    }
    let upColumn = layer.feedForwardInputs.columns[1]
    measure(.activate) {
      forRows(rows) { row in
        let gate = workspace.feedForward.base + row * strides.feedForward
        kernels.table.pointee.silu_multiply(gate, gate + upColumn, architecture.intermediateSize, gate)
        prepare(row: row, of: workspace.feedForward.base, stride: strides.feedForward, for: layer.down)
      }
    }
  }

  /// The same where both sides are quantized in groups of 128: a part computes the gates and ups of some groups
  /// and quantizes their products at once, so that no float leaves the cache.
  private func activateByGroups(_ rows: Int, _ inputs: PackedInt8) {
    let groups = PackedLinear(inputChannels: architecture.intermediateSize, outputChannels: 0).groupCount
    let work = rows * inputs.shape.inputChannels * inputs.shape.outputChannels
    let cut = JobCut(units: groups, rows: rows, multiplyAdds: work, threads: pool.threads)
    pool.run(parts: cut.partCount) { part in
      let (partGroups, partRows) = cut.part(part)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.panelRows * 2 * Limits.activationGroup) { scratch in
        for group in partGroups {
          for first in stride(from: partRows.lowerBound, to: partRows.upperBound, by: Self.panelRows) {
            let panel = first..<min(first + Self.panelRows, partRows.upperBound)
            activateGroup(group, panel, inputs, scratch.baseAddress!)
          }
        }
      }
    }
  }

  private func activateGroup(
    _ group: Int, _ rows: Range<Int>, _ inputs: PackedInt8, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let blocksPerGroup = Limits.activationGroup / PackedLinear.outputBlock
    let gateBlocks = inputs.blockCount / 2
    let blocks = group * blocksPerGroup..<min((group + 1) * blocksPerGroup, gateBlocks)
    let (layer, quantized) = (inputs.layout, workspace.quantized.layout)
    for (offset, firstBlock) in [(0, blocks.lowerBound), (Limits.activationGroup, gateBlocks + blocks.lowerBound)] {
      let part = OctavoLinearPart(
        row_begin: rows.lowerBound, row_end: rows.upperBound, block_begin: firstBlock,
        block_end: firstBlock + blocks.count, out: scratch + offset, out_stride: 2 * Limits.activationGroup,
        accumulates: 0)
      withUnsafePointer(to: layer) { layer in
        withUnsafePointer(to: quantized) { quantized in
          withUnsafePointer(to: part) { kernels.table.pointee.linear_int8(layer, quantized, $0) }
        }
      }
    }
    let count = min(Limits.activationGroup, architecture.intermediateSize - group * Limits.activationGroup)
    for row in rows {
      let gates = scratch + (row - rows.lowerBound) * 2 * Limits.activationGroup
      let (values, terms) = workspace.quantizedAhead.place(row: row, group: group)
      kernels.table.pointee.silu_multiply_quantize(gates, gates + Limits.activationGroup, count, values, terms)
    }
  }
}
