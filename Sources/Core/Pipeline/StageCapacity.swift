/// How much a stage can hold at once; it decides memory, never bits.
package struct StageCapacity: Sendable, Hashable {
  /// Most positions a sequence may reach.
  package var contextLength: Int
  /// Most sequences open at once.
  package var sequencesMax: Int
  /// Most rows in one microbatch.
  package var rowsMax: Int
  /// Pages of KV, for all sequences and for the prefixes that are kept.
  package var pageCount: Int

  /// - Parameter pageCount: `nil` for as many as let every sequence reach the context's end.
  package init(contextLength: Int, sequencesMax: Int, rowsMax: Int, pageCount: Int? = nil) {
    self.contextLength = contextLength
    self.sequencesMax = sequencesMax
    self.rowsMax = rowsMax
    self.pageCount =
      pageCount ?? sequencesMax.multipliedReportingOverflow(by: Self.pages(of: contextLength)).partialValue
  }

  /// Pages of a sequence that reaches the context's end.
  package var pagesOfContext: Int { Self.pages(of: contextLength) }

  /// Pages of so many positions.
  package static func pages(of positions: Int) -> Int {
    positions / Limits.tokensPerPage + (positions % Limits.tokensPerPage == 0 ? 0 : 1)
  }
}
