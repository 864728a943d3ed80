/// A row that did not run.
package struct SkippedRow: Sendable, Hashable {
  package var row: BenchmarkRow
  package var reason: String

  package init(row: BenchmarkRow, reason: String) {
    self.row = row
    self.reason = reason
  }
}
