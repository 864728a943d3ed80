extension StageEngine {
  /// Forgets every sequence, as at the start of an epoch: all pages are free again.
  package func closeAll() {
    table = SequenceTable(stage: stage, capacity: capacity, vocabularyCount: table.vocabularyCount)
  }
}
