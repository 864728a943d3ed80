internal import Core

/// What a stage knows of one open sequence.
struct SequenceState {
  let sampling: SamplingParameters
  let promptCount: Int
  /// How many of the pages are cached ones, the first; the rows of other sequences filled them.
  let cachedPageCount: Int
  /// Every token that an opening or a segment brought, by position.
  private(set) var tokens: [TokenID]
  /// Of those tokens, for penalties; `nil` where there are none.
  private(set) var counts: TokenCounts?
  /// Positions whose K and V are in the pages.
  private(set) var length: Int
  /// One page for every 16 positions, in order.
  var pages: [UInt32] = []

  /// - Parameter countsTokens: whether the stage samples, and so applies penalties.
  init(_ opening: SequenceOpening, countsTokens: Bool) {
    sampling = opening.sampling
    promptCount = opening.promptCount
    cachedPageCount = opening.cachedCount / Limits.tokensPerPage
    tokens = opening.tokens
    counts = countsTokens ? TokenCounts(opening) : nil
    length = opening.cachedCount
  }

  /// How many pages of the next grant are cached ones.
  var cachedPagesMissing: Int { max(0, cachedPageCount - pages.count) }

  /// Pages that are filled once the rows of `segment` are in them.
  func pagesFilled(by segment: Segment) -> ArraySlice<UInt32> {
    let end = segment.position + segment.tokens.count
    return pages[segment.position / Limits.tokensPerPage..<end / Limits.tokensPerPage]
  }

  /// Tokens of `segment` that nobody told before.
  func newTokens(of segment: Segment) -> ArraySlice<TokenID> {
    segment.tokens.dropFirst(max(0, tokens.count - segment.position))
  }

  /// Takes the rows of `segment`, which are in the pages, over.
  mutating func advance(past segment: Segment) {
    length = segment.position + segment.tokens.count
    let new = newTokens(of: segment)
    tokens += new
    counts?.add(new)
  }
}
