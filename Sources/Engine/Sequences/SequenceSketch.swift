internal import Core

/// A sequence as far as the checks of a microbatch need it.
struct SequenceSketch {
  let sampling: SamplingParameters
  let promptCount: Int
  /// Those known before this microbatch's rows: what a row adds is never looked at again, since the next row lies past
  /// it.
  let tokens: [TokenID]
  var length: Int
  var pageCount: Int
  /// Cached pages that the first grant must begin with.
  var cachedPagesMissing: Int

  init(_ opening: SequenceOpening) {
    sampling = opening.sampling
    promptCount = opening.promptCount
    tokens = opening.tokens
    length = opening.cachedCount
    pageCount = 0
    cachedPagesMissing = opening.cachedCount / Limits.tokensPerPage
  }

  /// Of a sequence that was opened before, with its cached pages.
  init(_ state: SequenceState) {
    sampling = state.sampling
    promptCount = state.promptCount
    tokens = state.tokens
    length = state.length
    pageCount = state.pages.count
    cachedPagesMissing = 0
  }
}
