extension StageEngine {
  /// Forgets every sequence and what the pages hold, as at the start of an epoch: all pages are free again.
  package func closeAll() { table.removeAll() }
}
