package import Core

/// A request that was answered to its end.
package struct FinishedRequest: Sendable {
  package var reason: FinishReason
  package var promptTokens: Int
  /// Over all continuations.
  package var generatedTokens: Int
  package var continuations: Int
  /// `nil` where the request set no limit.
  package var maxTokens: Int?
  package var arrival: Moment
  package var admission: Moment
  package var firstToken: Moment
  package var finish: Moment

  package init(
    reason: FinishReason, promptTokens: Int, generatedTokens: Int, continuations: Int = 1, maxTokens: Int? = nil,
    arrival: Moment, admission: Moment, firstToken: Moment, finish: Moment
  ) {
    self.reason = reason
    self.promptTokens = promptTokens
    self.generatedTokens = generatedTokens
    self.continuations = continuations
    self.maxTokens = maxTokens
    self.arrival = arrival
    self.admission = admission
    self.firstToken = firstToken
    self.finish = finish
  }
}
