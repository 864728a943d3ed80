/// How much a stage can hold at once; it decides memory, never bits.
package struct StageCapacity: Sendable, Hashable {
  /// Most positions a sequence may reach.
  package var contextLength: Int
  /// Most sequences open at once.
  package var sequencesMax: Int
  /// Most rows in one microbatch.
  package var rowsMax: Int

  package init(contextLength: Int, sequencesMax: Int, rowsMax: Int) {
    self.contextLength = contextLength
    self.sequencesMax = sequencesMax
    self.rowsMax = rowsMax
  }

  /// Pages that let every sequence reach the context's end.
  package var pageCount: Int {
    sequencesMax * ((contextLength + Limits.tokensPerPage - 1) / Limits.tokensPerPage)
  }
}
