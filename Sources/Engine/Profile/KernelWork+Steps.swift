internal import CKernels
internal import Checkpoints
internal import Core
internal import Models

extension Linear {
  /// One pass over the weights for `rows` rows, padding included.
  func work(rows: Int) -> KernelWork {
    var work = KernelWork()
    for section in sections {
      switch section {
      case .int8(let packed):
        work.weightBytes += packed.shape.int8Bytes + packed.shape.scaleBytes
        work.weightBytes += packed.hasBias ? packed.shape.biasBytes : 0
        work.sumBytes += packed.rule.isGrouped ? packed.shape.groupSumBytes : 4 * packed.shape.paddedOutputChannels
        work.integerOperations += 2 * rows * inputChannels * packed.shape.paddedOutputChannels
      case .float(let packed):
        work.weightBytes += packed.shape.floatBytes(bytesPerElement: packed.format.bytesPerElement)
        work.weightBytes += packed.hasBias ? packed.shape.biasBytes : 0
        work.floatOperations += 2 * rows * inputChannels * packed.shape.paddedOutputChannels
      }
    }
    return work
  }
}

extension CPUStage {
  /// Rows read from the checkpoint's file.
  func embedWork(_ rows: Int) -> KernelWork {
    var work = KernelWork()
    work.weightBytes = rows * (weights.embedding?.rowBytes ?? 0)
    return work
  }

  /// One layer's new keys and values.
  func storeWork(_ rows: Int) -> KernelWork {
    var work = KernelWork()
    work.keyValueBytes = rows * keyValue.bytesPerToken
    return work
  }

  /// One layer's attention: scores and sums of every row over its positions.
  func attentionWork(_ batch: RowBatch) -> KernelWork {
    var work = KernelWork()
    for row in 0..<batch.count {
      let length = Int(batch.positions[row]) + 1
      work.floatOperations += 4 * length * architecture.queryChannels
      let isLastOfSequence = row + 1 == batch.count || batch.pageStarts[row + 1] != batch.pageStarts[row]
      if isLastOfSequence { work.keyValueBytes += length * keyValue.bytesPerToken }
    }
    return work
  }
}
