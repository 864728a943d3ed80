internal import Core

/// What a stage knows of one open sequence.
struct SequenceState {
  var sampling: SamplingParameters
  /// Every token that an opening or a segment brought, by position.
  var tokens: [TokenID]
  /// Positions whose K and V are in the pages.
  var length: Int
  /// One page for every 16 positions, in order.
  var pages: [UInt32]

  init(_ opening: SequenceOpening) {
    sampling = opening.sampling
    tokens = opening.tokens
    length = 0
    pages = []
  }
}
