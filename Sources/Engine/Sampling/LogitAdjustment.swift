package import Core

/// What changes logits before a token is picked from them: a sequence's bias and penalties, and the tokens that they
/// count.
package struct LogitAdjustment: Sendable {
  let bias: [LogitBias]
  private let repetition: Float
  private let presence: Float
  private let frequency: Float
  private let counts: TokenCounts?
  private let newTokens: [TokenID]

  /// - Parameters:
  ///   - counts: of the sequence; `nil` if it has no penalties.
  ///   - newTokens: of the answer, which `counts` does not have yet.
  /// - Returns: `nil` where nothing changes.
  package init?(_ parameters: SamplingParameters, _ counts: TokenCounts?, newTokens: [TokenID] = []) {
    guard parameters.adjustsLogits else { return nil }
    bias = parameters.logitBias
    repetition = parameters.repetitionPenalty
    presence = parameters.presencePenalty
    frequency = parameters.frequencyPenalty
    self.counts = counts
    self.newTokens = newTokens
  }

  /// Calls `body` with every token that has a penalty, once, and how often the answer holds it.
  func forEachPenalty(_ body: (_ token: TokenID, _ count: Int) -> Void) {
    counts?.forEach(with: newTokens, body)
  }

  /// A logit after the penalties of a token that the answer holds `count` times and, if that is 0, the prompt.
  package func penalized(_ logit: Float, count: Int) -> Float {
    var value = logit > 0 ? logit / repetition : logit * repetition
    if count > 0 {
      value -= presence
      value -= frequency * Float(count)
    }
    return min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }
}
