/// What an answer must keep to for its request to count as served well. A duration is in nanoseconds.
package struct Objective: Sendable, Hashable {
  package enum Term: String, Sendable, CaseIterable {
    /// Time to the first token.
    case firstToken = "ttft"
    /// Time between two tokens, the longest of the answer.
    case betweenTokens = "tbt"
    /// Time between two tokens, the mean of the answer.
    case perToken = "tpot"
    /// From due to the end.
    case endToEnd = "e2e"
  }

  /// At least one.
  package let limits: [Term: UInt64]

  package func isMet(by measured: AnswerTimes) -> Bool {
    limits.allSatisfy { term, limit in measured.nanoseconds(of: term) <= limit }
  }
}
