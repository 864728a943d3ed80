internal import CKernels
internal import Core
internal import Models

extension CPUStage {
  /// Runs the stage's layers over `batch`, whose residual rows are in the workspace. Those of `rows`, ascending, end
  /// there as the first ones, in their order; of the others the last layer computes keys and values only.
  ///
  /// - Throws: INTERNAL for rows that are not finite and that the head or the wire will quantize, where they would pass
  ///   for numbers. Other stages leave that to the one that receives their rows.
  func runLayers(_ batch: RowBatch, keeping rows: [Int]) throws(OctavoError) {
    measure(.rotaryTables) { computeRotary(batch) }
    var batch = batch
    for (index, layer) in weights.layers.enumerated() {
      let pages = keyValue.layout(ofLayer: index)
      makeKeysAndValues(batch, layer, pages)
      if index == weights.layers.count - 1 {
        if range.projects { try checkResidual(batch) }
        narrow(&batch, to: rows)
      }
      guard batch.count > 0 else { return }
      attend(batch, layer, pages)
      feedForward(batch.count, layer)
    }
    if range.projects || wire == .int8 { try checkResidual(batch) }
  }

  private func checkResidual(_ batch: RowBatch) throws(OctavoError) {
    for row in 0..<batch.count {
      let values = workspace.residual.base + row * workspace.strides.hidden
      guard kernels.table.pointee.all_finite(values, architecture.hiddenSize) == 0 else { continue }
      throw OctavoError(
        .internal,
        "what the layers compute at position \(batch.positions[row]) is not finite: the checkpoint may be damaged, or "
          + "its keys and values too large for float16")
    }
  }

  /// Moves the residual and the queries of `rows` to the front.
  private func narrow(_ batch: inout RowBatch, to rows: [Int]) {
    guard rows.count < batch.count else { return }
    let strides = workspace.strides
    for (index, row) in rows.enumerated() where index != row {
      (workspace.residual.base + index * strides.hidden)
        .update(from: workspace.residual.base + row * strides.hidden, count: strides.hidden)
      (workspace.attentionInputs.base + index * strides.attentionInputs)
        .update(from: workspace.attentionInputs.base + row * strides.attentionInputs, count: strides.attention)
    }
    batch = batch.only(rows)
  }

  private func computeRotary(_ batch: RowBatch) {
    let width = workspace.strides.rotary
    forRows(batch.count) { row in
      frequencies.withUnsafeBufferPointer {
        octavo_rotary_row(
          $0.baseAddress!, width, batch.positions[row], workspace.cosines.base + row * width,
          workspace.sines.base + row * width)
      }
    }
  }

  /// Queries of all rows, and their keys and values in the pages.
  private func makeKeysAndValues(_ batch: RowBatch, _ layer: LayerWeights, _ pages: OctavoPages) {
    measure(.attentionNorm) { normalize(batch.count, layer.attentionNorm, for: layer.attentionInputs) }
    measure(.queryKeyValue, layer.attentionInputs.work(rows: batch.count)) {
      apply(
        layer.attentionInputs,
        LinearRows(
          count: batch.count, input: workspace.hidden.base, inputStride: workspace.strides.hidden,
          output: workspace.attentionInputs.base))
    }
    measure(.storeKeyValue, storeWork(batch.count)) {
      storeKeysAndValues(batch, layer.attentionInputs.columns, pages)
    }
  }

  /// Adds what attention gives to the residual stream.
  private func attend(_ batch: RowBatch, _ layer: LayerWeights, _ pages: OctavoPages) {
    let strides = workspace.strides
    measure(.attention, attentionWork(batch)) { mixValues(batch, pages) }
    measure(.quantizeAttention) {
      forRows(batch.count) {
        prepare(row: $0, of: workspace.attention.base, stride: strides.attention, for: layer.attentionOutput)
      }
    }
    measure(.attentionOutput, layer.attentionOutput.work(rows: batch.count)) {
      apply(
        layer.attentionOutput,
        LinearRows(
          count: batch.count, input: workspace.attention.base, inputStride: strides.attention,
          output: workspace.residual.base, accumulates: true))
    }
  }

  /// Normalizes the residual rows as the input of `linear`, quantized where that is int8.
  func normalize(_ rows: Int, _ norm: NormWeights, for linear: Linear) {
    let stride = workspace.strides.hidden
    let isFused = linear.onlyGrouped != nil
    forRows(rows) { row in
      let (x, channels, epsilon) = (
        workspace.residual.base + row * stride, architecture.hiddenSize, architecture.normEpsilon
      )
      if isFused {
        let (values, terms) = workspace.quantized.place(row: row, group: 0)
        kernels.table.pointee.normalize_quantize(x, norm.values.base, channels, epsilon, values, terms)
      } else {
        kernels.table.pointee.rms_norm(x, norm.values.base, channels, epsilon, workspace.hidden.base + row * stride)
        prepare(row: row, of: workspace.hidden.base, stride: stride, for: linear)
      }
    }
  }
}
