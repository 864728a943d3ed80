/// A row and what it came to.
package struct RowResult: Sendable, Hashable {
  package var row: BenchmarkRow
  package var figure: RowFigure

  package init(row: BenchmarkRow, figure: RowFigure) {
    self.row = row
    self.figure = figure
  }
}
