package import Core

/// Which tokens a sequence holds and how often its answer does, for penalties: kept up token by token, so that no step
/// walks the sequence.
package struct TokenCounts: Sendable {
  /// How often the answer holds a token; 0 for one that only the prompt holds.
  private var answerCounts: [TokenID: Int] = [:]

  package init(prompt: ArraySlice<TokenID>, answer: ArraySlice<TokenID> = []) {
    for token in prompt { answerCounts[token] = 0 }
    add(answer)
  }

  /// - Returns: `nil` for a sequence without penalties.
  init?(_ opening: SequenceOpening) {
    let sampling = opening.sampling
    let countsPrompt = sampling.repetitionPenalty != 1
    guard countsPrompt || sampling.presencePenalty != 0 || sampling.frequencyPenalty != 0 else { return nil }
    self.init(
      prompt: opening.tokens.prefix(countsPrompt ? opening.promptCount : 0),
      answer: opening.tokens.dropFirst(opening.promptCount))
  }

  /// Counts tokens that the answer now holds.
  mutating func add(_ tokens: ArraySlice<TokenID>) {
    for token in tokens { answerCounts[token, default: 0] += 1 }
  }

  /// Calls `body` once for each token that the sequence holds, in no order, with how often its answer does once
  /// `newTokens` are part of it.
  func forEach(with newTokens: [TokenID], _ body: (_ token: TokenID, _ count: Int) -> Void) {
    var newCounts: [TokenID: Int] = [:]
    for token in newTokens { newCounts[token, default: answerCounts[token] ?? 0] += 1 }
    for (token, count) in answerCounts where newCounts[token] == nil { body(token, count) }
    for (token, count) in newCounts { body(token, count) }
  }
}
