package import Core

extension StageEngine {
  /// Runs a microbatch on a stage that embeds.
  ///
  /// - Returns: sampled tokens from a last stage, one a sampling segment, otherwise activations for the next.
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
    guard rows > 0 else { return range.projects ? .sampled([]) : .activations([]) }
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
    var rows: [Int] = []
    var segments: [Segment] = []
    var end = 0
    for segment in microbatch.segments {
      end += segment.tokens.count
      guard segment.samples else { continue }
      rows.append(end - 1)
      segments.append(segment)
    }
    try compute(microbatch, activations, keeping: rows)
    return .sampled(try sample(segments))
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

  func check(_ activations: RawSpan, rows: Int) throws(OctavoError) {
    let wanted = range.embeds ? 0 : rows * hiddenSize * 4
    guard activations.byteCount == wanted else {
      throw .invalid(
        "activations", "\(activations.byteCount) bytes",
        "\(rows) rows of \(hiddenSize) float32 for stage \(stage) are \(wanted) bytes")
    }
    guard wanted == 0 || backend.areFinite(activations) else {
      throw .invalid(
        "activations", "not finite", "a stage before \(stage) computed infinities: its weights may be damaged")
    }
  }

  /// One token a segment, from the residual stream's first rows.
  private func sample(_ segments: [Segment]) throws(OctavoError) -> [SampledToken] {
    var sampled: [SampledToken] = []
    for start in stride(from: 0, to: segments.count, by: backend.workspace.logitsRowsMax) {
      let rows = start..<min(start + backend.workspace.logitsRowsMax, segments.count)
      backend.computeLogits(of: rows)
      let results = backend.measure(.sample) { sample(segments[rows]) }
      for result in results { sampled.append(try result.get()) }
    }
    return sampled
  }

  /// Samples from the logits that were computed last, one row of them a segment, each on one thread.
  private func sample(_ segments: ArraySlice<Segment>) -> [Result<SampledToken, OctavoError>] {
    backend.collect(segments.count) { index, thread in
      let segment = segments[segments.startIndex + index]
      let parameters = table.sequences[segment.sequence]!.sampling
      let position = segment.position + segment.tokens.count
      return Result { () throws(OctavoError) in
        try samplers[thread].sample(backend.logits(index), segment.sequence, position: position, parameters)
      }
    }
  }
}
