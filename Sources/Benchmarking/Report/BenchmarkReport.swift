internal import Engine

/// All rows of one run.
package struct BenchmarkReport: Sendable, Hashable {
  package var machine: MachineDescription
  package var model: ModelDescription
  /// In the order of ``BenchmarkRow``.
  package var rows: [RowResult]
  package var skipped: [SkippedRow]

  package init(
    machine: MachineDescription, model: ModelDescription, rows: [RowResult], skipped: [SkippedRow] = []
  ) {
    self.machine = machine
    self.model = model
    self.rows = rows
    self.skipped = skipped
  }

  package func speed(of row: BenchmarkRow) -> SpeedFigure? {
    rows.lazy.compactMap { result in
      if result.row == row, case .speed(let figure) = result.figure { figure } else { nil }
    }.first
  }

  /// Decoding at 4,096 tokens of context against decoding at 128; `nil` unless both ran.
  package var longContextRatio: Double? {
    guard let far = speed(of: .decodeB1At4096), let near = speed(of: .decodeB1) else { return nil }
    return far.tokensPerSecond.median / near.tokensPerSecond.median
  }
}
