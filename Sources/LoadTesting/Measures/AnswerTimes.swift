/// What an objective is held against, of one answer, in nanoseconds.
package struct AnswerTimes: Sendable, Hashable {
  package var firstToken: UInt64
  package var betweenTokensMax: UInt64
  package var betweenTokensMean: UInt64
  package var endToEnd: UInt64

  package init(firstToken: UInt64, betweenTokensMax: UInt64, betweenTokensMean: UInt64, endToEnd: UInt64) {
    self.firstToken = firstToken
    self.betweenTokensMax = betweenTokensMax
    self.betweenTokensMean = betweenTokensMean
    self.endToEnd = endToEnd
  }

  func nanoseconds(of term: Objective.Term) -> UInt64 {
    switch term {
    case .firstToken: firstToken
    case .betweenTokens: betweenTokensMax
    case .perToken: betweenTokensMean
    case .endToEnd: endToEnd
    }
  }
}
