import Core

/// All that is known of a sequence, whether it waits or runs.
struct SequenceRecord: Sendable {
  let request: GenerationRequest
  let arrival: Moment
  /// The prompt and everything sampled.
  var tokens: [TokenID]
  /// Microbatches on their way that bring samples or scores for it.
  var resultsDue = 0
  /// Tokens of the prompt whose scores have come; the first has none.
  var scoredCount: Int
  /// Whether its client has heard of its admission.
  var isKnownAdmitted = false

  /// Present while it runs.
  var run: Run?

  /// What a running sequence holds.
  struct Run: Sendable {
    /// Counts admissions: the youngest has the highest.
    let admission: UInt64
    /// Positions from 0 whose rows have left, or were there.
    var sentCount = 0
    /// Of them, those that were there.
    var cachedCount = 0
    /// Whether the stages know it.
    var isOpen = false
    /// Its pages, in order of position.
    var blocks: [BlockID] = []
    /// Blocks that the stages know to be its own or shared.
    var grantedCount = 0
    /// Blocks that it may still find among the prefixes.
    var sharedCountExpected = 0
    /// Whether its known tokens have all left and it has sampled since.
    var isDecoding = false
    /// Where its last published block stands; `nil` when it publishes no more.
    var place: PrefixPlace?
    /// Blocks that stand among the prefixes.
    var publishedCount = 0
    /// Nodes that it will compute, in order.
    var promises: [NodeID] = []
    /// The node that another sequence computes and this one waits for.
    var awaited: NodeID?
  }

  init(_ request: GenerationRequest, arrival: Moment) {
    self.request = request
    self.arrival = arrival
    tokens = request.prompt
    scoredCount = request.sampling.promptLogprobs == nil ? request.prompt.count : min(1, request.prompt.count)
  }

  var generatedCount: Int { tokens.count - request.prompt.count }

  /// Rows that could leave now. None between the last row's departure and its sample's arrival.
  var rowsReady: Int { run.map { tokens.count - $0.sentCount } ?? 0 }

  /// Blocks that its known tokens will still take, apart from those it hopes to share.
  var blocksMissing: Int {
    guard let run else { return 0 }
    return max(0, StageCapacity.pages(of: tokens.count) - max(run.blocks.count, run.sharedCountExpected))
  }

  /// Why it ends with the tokens it has, if it does.
  var finishReason: FinishReason? {
    guard generatedCount > 0, let last = tokens.last else { return nil }
    if request.stopIDs.contains(last) { return .stop }
    return generatedCount >= request.maxTokens ? .length : nil
  }

  /// The tokens of a page, if they are all known.
  func tokens(ofPage page: Int) -> ArraySlice<TokenID>? {
    let end = (page + 1) * Limits.tokensPerPage
    return end <= tokens.count ? tokens[end - Limits.tokensPerPage..<end] : nil
  }
}
