internal import CKernels
internal import Checkpoints
internal import Core
internal import Models
internal import Quantization

/// How rows begin in a first stage and end in a last one.
extension CPUStage {
  /// Looks the tokens' embedding rows up in the file and widens them into the residual stream.
  ///
  /// - Throws: DATA_LOSS if the file has become shorter.
  func embed(_ tokens: [TokenID]) throws(OctavoError) {
    guard let embedding = weights.embedding else { preconditionFailure("only a first stage embeds") }
    let format = OctavoFloatFormat(embedding.type)
    let row = try AlignedBuffer<UInt8>(count: embedding.rowBytes)
    let bytes = UnsafeMutableRawBufferPointer(start: row.base, count: row.count)
    for (index, token) in tokens.enumerated() {
      try embedding.readRows(Int(token)..<Int(token) + 1, into: bytes)
      kernels.table.pointee.widen(
        format, row.base, architecture.hiddenSize, workspace.residual.base + index * workspace.strides.hidden)
    }
  }

  /// Computes the logits of some rows of the residual stream, at most ``Workspace/logitsRowsMax`` of them.
  func computeLogits(of rows: Range<Int>) {
    guard let norm = weights.finalNorm, let head = weights.head else {
      preconditionFailure("only a last stage projects")
    }
    let stride = workspace.strides.hidden
    measure(.headNorm) {
      for (index, row) in rows.enumerated() {
        kernels.table.pointee.rms_norm(
          workspace.residual.base + row * stride, norm.values.base, architecture.hiddenSize,
          architecture.normEpsilon, workspace.hidden.base + index * stride)
        prepare(row: index, of: workspace.hidden.base, stride: stride, for: head)
      }
    }
    measure(.head, head.work(rows: rows.count)) {
      apply(
        head,
        LinearRows(
          count: rows.count, input: workspace.hidden.base, inputStride: stride, output: workspace.logits.base))
    }
  }

  /// The logits of one of the rows that were computed last, until others are.
  func logits(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    let start = workspace.logits.base + index * workspace.strides.vocabulary
    return UnsafeMutableBufferPointer(start: start, count: architecture.vocabularyCount)
  }
}
