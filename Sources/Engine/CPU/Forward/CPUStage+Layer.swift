internal import CKernels
internal import Core
internal import Models

extension CPUStage {
  /// Runs the stage's layers over `batch`, whose residual rows are in the workspace; they end there.
  func runLayers(_ batch: RowBatch) {
    measure(.rotaryTables) { computeRotary(batch) }
    for (index, layer) in weights.layers.enumerated() {
      attend(batch, layer, keyValue.layout(ofLayer: index))
      feedForward(batch.count, layer)
    }
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

  private func attend(_ batch: RowBatch, _ layer: LayerWeights, _ pages: OctavoPages) {
    let strides = workspace.strides
    measure(.attentionNorm) { normalize(batch.count, layer.attentionNorm, for: layer.attentionInputs) }
    measure(.queryKeyValue, layer.attentionInputs.work(rows: batch.count)) {
      apply(
        layer.attentionInputs,
        LinearRows(
          count: batch.count, input: workspace.hidden.base, inputStride: strides.hidden,
          output: workspace.attentionInputs.base))
    }
    measure(.storeKeyValue, storeWork(batch.count)) {
      storeKeysAndValues(batch, layer.attentionInputs.columns, pages)
    }
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
