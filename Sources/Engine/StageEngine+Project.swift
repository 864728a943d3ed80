internal import Core

/// What a last stage makes of the rows that sample or score.
extension StageEngine {
  /// What one row gives.
  private struct RowOutput {
    var score: SampledToken?
    var sampled: SampledToken?
  }

  /// The rows of a checked and applied microbatch whose logits are wanted, ascending.
  func projectedRows(of microbatch: Microbatch) -> [ProjectedRow] {
    var rows: [ProjectedRow] = []
    var newTokens: [SequenceID: [TokenID]] = [:]
    var start = 0
    for segment in microbatch.segments {
      let state = table.sequences[segment.sequence]!
      if state.counts != nil { newTokens[segment.sequence, default: []] += state.newTokens(of: segment) }
      for row in rowsWanted(of: segment, promptCount: state.promptCount) {
        var wanted = ProjectedRow(
          row: start + row, sequence: segment.sequence, position: segment.position + row + 1,
          scores: segment.scores && segment.position + row + 1 < state.promptCount)
        wanted.samples = segment.samples && row == segment.tokens.count - 1
        if wanted.samples { wanted.newTokens = newTokens[segment.sequence] ?? [] }
        rows.append(wanted)
      }
      start += segment.tokens.count
    }
    return rows
  }

  /// Of a segment, those that score and the last if it samples.
  private func rowsWanted(of segment: Segment, promptCount: Int) -> Range<Int> {
    let end = segment.tokens.count
    // The prompt's last token is followed by none of the prompt's.
    let scored = segment.scores ? 0..<min(end, promptCount - 1 - segment.position) : end..<end
    return segment.samples ? min(scored.lowerBound, end - 1)..<end : scored
  }

  /// Scores and tokens from the first rows of the residual stream, which are `rows`.
  func project(_ rows: [ProjectedRow]) throws(OctavoError) -> StageOutput {
    var (sampled, scores): ([SampledToken], [SampledToken]) = ([], [])
    for start in stride(from: 0, to: rows.count, by: backend.workspace.logitsRowsMax) {
      let chunk = start..<min(start + backend.workspace.logitsRowsMax, rows.count)
      backend.computeLogits(of: chunk)
      let results = backend.measure(.sample) { outputs(of: rows[chunk]) }
      for result in results {
        let output = try result.get()
        if let score = output.score { scores.append(score) }
        if let token = output.sampled { sampled.append(token) }
      }
    }
    return .sampled(sampled, scores: scores)
  }

  /// From the logits that were computed last, which are those of `rows`, each row on one thread.
  private func outputs(of rows: ArraySlice<ProjectedRow>) -> [Result<RowOutput, OctavoError>] {
    backend.collect(rows.count) { index, thread in
      let row = rows[rows.startIndex + index]
      return Result { () throws(OctavoError) in
        try output(of: row, backend.logits(index), samplers[thread])
      }
    }
  }

  private func output(
    of row: ProjectedRow, _ logits: UnsafeMutableBufferPointer<Float>, _ sampler: Sampler
  ) throws(OctavoError) -> RowOutput {
    let state = table.sequences[row.sequence]!
    var output = RowOutput()
    if row.scores {
      output.score = try sampler.score(
        state.tokens[row.position], UnsafeBufferPointer(logits), row.sequence, position: row.position,
        topCount: state.sampling.promptLogprobs ?? 0)
    }
    if row.samples {
      output.sampled = try sampler.sample(
        logits, row.sequence, position: row.position, state.sampling,
        LogitAdjustment(state.sampling, state.counts, newTokens: row.newTokens))
    }
    return output
  }
}
