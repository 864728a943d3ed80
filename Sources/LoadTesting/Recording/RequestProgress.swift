package import Core

/// What is known of a request that has been sent. It belongs to whoever receives the answer and is handed to the
/// recorder with every event.
package struct RequestProgress: Sendable {
  package let planned: PlannedRequest
  package let due: Moment
  /// Whether its latencies count: it was due in the window.
  let isCounted: Bool
  /// One a continuation: when its last token came, and for how long the window had been open by then.
  var streams: [(last: Moment, windowElapsed: UInt64)?]
  package internal(set) var generatedTokens = 0
  var firstToken: Moment?
  var gapMax: UInt64 = 0
  var gapSum: UInt64 = 0
  var gapCount = 0
  var isDecoding = false

  init(_ planned: PlannedRequest, due: Moment, isCounted: Bool, continuations: Int) {
    self.planned = planned
    self.due = due
    self.isCounted = isCounted
    streams = Array(repeating: nil, count: continuations)
  }

  /// - Precondition: the answer is whole.
  func times(endedAt moment: Moment) -> AnswerTimes {
    AnswerTimes(
      firstToken: (firstToken ?? moment).nanoseconds(since: due), betweenTokensMax: gapMax,
      betweenTokensMean: gapCount == 0 ? 0 : gapSum / UInt64(gapCount), endToEnd: moment.nanoseconds(since: due))
  }
}
