package struct RowResult: Sendable, Hashable {
  package var row: BenchmarkRow
  package var figure: RowFigure
}
