package import Core

extension StageEngine {
  /// Runs a microbatch on a stage that embeds.
  ///
  /// - Returns: sampled tokens and scores from a last stage, otherwise activations for the next.
  /// - Throws: as ``run(_:activations:)``.
  package func run(_ microbatch: Microbatch) throws(OctavoError) -> StageOutput {
    try run(microbatch, activations: RawSpan())
  }

  /// Runs a microbatch: closings, openings, the first hop's grants, then the rows.
  ///
  /// - Parameter activations: what the stage before answered for the same microbatch; empty for a first stage.
  /// - Throws: INVALID_ARGUMENT for a microbatch that contradicts the stage's state or leaves its bounds, and
  ///   for activations of another size, infinite or not numbers; RESOURCE_EXHAUSTED past the stage's capacity;
  ///   in both cases nothing has changed. DATA_LOSS if the checkpoint's file was cut, INTERNAL if logits are not
  ///   finite: then no sequence has advanced.
  package func run(_ microbatch: Microbatch, activations: RawSpan) throws(OctavoError) -> StageOutput {
    let start = backend.recorder.map { _ in ContinuousClock.now }
    try table.check(microbatch)
    let rows = microbatch.rowCount
    try check(activations, rows: rows)
    table.applyChanges(of: microbatch)
    guard rows > 0 else { return range.projects ? .sampled([], scores: []) : .activations([]) }
    let output = try callerCPU.hold { () throws(OctavoError) -> StageOutput in
      try self.output(of: microbatch, activations)
    }
    table.advance(past: microbatch)
    if let start { backend.recorder?.addMicrobatch(since: start, rows: rows) }
    return output
  }

  private func output(of microbatch: Microbatch, _ activations: RawSpan) throws(OctavoError) -> StageOutput {
    guard range.projects else {
      try compute(microbatch, activations, keeping: Array(0..<microbatch.rowCount))
      return .activations(backend.send(rows: microbatch.rowCount))
    }
    let rows = projectedRows(of: microbatch)
    try compute(microbatch, activations, keeping: rows.map(\.row))
    return try project(rows)
  }

  /// Leaves `rows` of a checked and applied microbatch, ascending, as the first of the residual stream.
  func compute(_ microbatch: Microbatch, _ activations: RawSpan, keeping rows: [Int]) throws(OctavoError) {
    let batch = RowBatch(microbatch.segments, table)
    if range.embeds {
      try backend.measure(.embed, backend.embedWork(batch.count)) { () throws(OctavoError) in
        try backend.embed(batch.tokens)
      }
    } else {
      backend.receive(activations, rows: batch.count)
    }
    try backend.runLayers(batch, keeping: rows)
  }
}
