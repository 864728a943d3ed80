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

  /// Rotates queries and keys, and rounds keys and values into the pages, before any row attends.
  private func storeKeysAndValues(_ batch: RowBatch, _ columns: [Int], _ pages: OctavoPages) {
    let (headSize, width) = (architecture.headSize, workspace.strides.rotary)
    let table = kernels.table.pointee
    forRows(batch.count) { row in
      let inputs = workspace.attentionInputs.base + row * workspace.strides.attentionInputs
      let (keys, values) = (inputs + columns[1], inputs + columns[2])
      let (cosines, sines) = (workspace.cosines.base + row * width, workspace.sines.base + row * width)
      table.rotate(inputs, architecture.headCount, headSize, cosines, sines)
      table.rotate(keys, architecture.keyValueHeadCount, headSize, cosines, sines)
      let position = Int(batch.positions[row])
      let page = batch.pages[batch.pageStarts[row] + position / Limits.tokensPerPage]
      withUnsafePointer(to: pages) { pages in
        for head in 0..<architecture.keyValueHeadCount {
          table.store_key_value(
            pages, page, position % Limits.tokensPerPage, head, keys + head * headSize, values + head * headSize)
        }
      }
    }
  }

  /// Attention of every row and query head; a part is a run of rows and KV heads.
  private func mixValues(_ batch: RowBatch, _ pages: OctavoPages) {
    let (headSize, keyValueHeads) = (architecture.headSize, architecture.keyValueHeadCount)
    let headsPerKeyValue = architecture.headCount / keyValueHeads
    let scale = 1 / Float(headSize).squareRoot()
    let units = batch.count * keyValueHeads
    let parts = min(units, 8 * pool.threads)
    batch.pages.withUnsafeBufferPointer { ids in
      pool.run(parts: parts) { part in
        for unit in units * part / parts..<units * (part + 1) / parts {
          let (row, keyValueHead) = (unit / keyValueHeads, unit % keyValueHeads)
          let inputs = workspace.attentionInputs.base + row * workspace.strides.attentionInputs
          let outputs = workspace.attention.base + row * workspace.strides.attention
          for head in keyValueHead * headsPerKeyValue..<(keyValueHead + 1) * headsPerKeyValue {
            withUnsafePointer(to: pages) {
              kernels.table.pointee.attend(
                $0, ids.baseAddress! + batch.pageStarts[row], Int(batch.positions[row]) + 1, keyValueHead, scale,
                inputs + head * headSize, outputs + head * headSize)
            }
          }
        }
      }
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
