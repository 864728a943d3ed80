import Core

/// A sequence that a pipeline works on.
struct RunningSequence: Sendable {
  let request: GenerationRequest
  /// The prompt and everything sampled.
  var tokens: [TokenID]
  /// Positions from 0 whose rows have left in this epoch.
  var sentCount = 0
  /// Whether the stages of this epoch know it.
  var isOpen = false
  /// The pages it holds, by stage.
  var pages: [[PageID]]

  init(_ request: GenerationRequest, stageCount: Int) {
    self.request = request
    tokens = request.prompt
    pages = Array(repeating: [], count: stageCount)
  }

  var generatedCount: Int { tokens.count - request.prompt.count }
  /// Rows that could leave now. None between the last row's departure and its sample's arrival.
  var rowsReady: Int { tokens.count - sentCount }

  /// Why it ends with the tokens it has, if it does.
  var finishReason: FinishReason? {
    guard generatedCount > 0, let last = tokens.last else { return nil }
    if request.stopIDs.contains(last) { return .stop }
    return generatedCount >= request.maxTokens ? .length : nil
  }

  /// Pages that its longest possible life needs. The last token sampled is never a row.
  var pagesMax: Int { Self.pageCount(rows: request.prompt.count + request.maxTokens - 1) }

  static func pageCount(rows: Int) -> Int { (rows + Limits.tokensPerPage - 1) / Limits.tokensPerPage }

  /// Forgets what a lost epoch knew; every row leaves again.
  mutating func rewind(stageCount: Int) {
    sentCount = 0
    isOpen = false
    pages = Array(repeating: [], count: stageCount)
  }
}
