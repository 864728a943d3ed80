internal import CKernels
internal import Core
internal import Models

/// What reads and writes the pages of K and V.
extension CPUStage {
  /// Rotates queries and keys, and rounds keys and values into the pages, before any row attends.
  func storeKeysAndValues(_ batch: RowBatch, _ columns: [Int], _ pages: OctavoPages) {
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
  func mixValues(_ batch: RowBatch, _ pages: OctavoPages) {
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
}
