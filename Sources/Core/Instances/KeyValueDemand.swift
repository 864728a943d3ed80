/// How many tokens of K and V an instance is to hold, for all its sequences and the prefixes that are kept.
package enum KeyValueDemand: Sendable, Hashable {
  /// As many as memory leaves, at most 2,048 for each sequence.
  case automatic
  /// As many as memory leaves, at most a whole context for each sequence.
  case most
  /// So many, rounded up to whole pages: the instance is placed with them or not at all.
  case tokens(Int)

  /// Half as much again as the mean request of a public trace of conversations (1,155 tokens of prompt and 211 of
  /// answer: Azure, 2023), so that sequences of usual lengths find room together, with some to spare for prefixes.
  package static let tokensPerSequenceByDefault = 2_048

  /// The least and the most pages that an instance of so many sequences takes. The least hold one whole context; so
  /// do `tokens` unless they are fewer than that.
  package func pages(contextLength: Int, sequencesMax: Int) -> ClosedRange<Int> {
    let context = StageCapacity.pages(of: contextLength)
    switch self {
    case .automatic:
      let usual = StageCapacity.pages(of: min(contextLength, Self.tokensPerSequenceByDefault))
      return context...max(context, sequencesMax * usual)
    case .most: return context...max(context, sequencesMax * context)
    case .tokens(let count):
      let pages = StageCapacity.pages(of: count)
      return pages...pages
    }
  }
}
