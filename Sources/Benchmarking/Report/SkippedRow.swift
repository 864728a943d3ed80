package struct SkippedRow: Sendable, Hashable {
  package var row: BenchmarkRow
  package var reason: String
}
