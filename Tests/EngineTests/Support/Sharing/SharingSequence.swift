import Core

/// A request's sequence while it is open.
struct SharingSequence {
  let id: SequenceID
  let request: Int
  let promptCount: Int
  /// The prompt and the answer so far.
  var tokens: [TokenID]
  /// Positions that are computed, by itself or by others.
  var length: Int
  /// By stage.
  var pages: [[PageID]]
  /// What it gave so far, before it was last opened as well.
  var answer: Answer

  /// The whole pages of what is computed.
  var prefix: SharedPages.Prefix {
    let count = length / Limits.tokensPerPage
    return SharedPages.Prefix(
      tokens: tokens.prefix(count * Limits.tokensPerPage), pages: pages.map { $0.prefix(count) })
  }

  /// Pages that so many more rows need.
  func pagesMissing(rows: Int) -> Int {
    max(0, StageCapacity.pages(of: length + rows) - pages[0].count)
  }
}
