package import Core
internal import Models

extension StageEngine {
  /// Runs a microbatch and returns the logits of all its rows, for tests and evaluation: rows times vocabulary
  /// of float32, row-major. Sampling flags are ignored.
  ///
  /// - Throws: as ``run(_:activations:)``.
  package func logits(_ microbatch: Microbatch, activations: RawSpan) throws(OctavoError) -> [Float] {
    precondition(range.projects, "only a last stage has logits")
    try table.check(microbatch)
    try check(activations, rows: microbatch.rowCount)
    table.applyChanges(of: microbatch)
    let rows = Array(0..<microbatch.rowCount)
    try compute(microbatch, activations, keeping: rows)
    var all: [Float] = []
    all.reserveCapacity(rows.count * backend.architecture.vocabularyCount)
    for start in stride(from: 0, to: rows.count, by: backend.workspace.logitsRowsMax) {
      let chunk = start..<min(start + backend.workspace.logitsRowsMax, rows.count)
      backend.computeLogits(of: chunk)
      for index in 0..<chunk.count { all += backend.logits(index) }
    }
    table.advance(past: microbatch)
    return all
  }
}
