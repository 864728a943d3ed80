/// What went through in the window, each a second.
package struct LoadRates: Sendable, Hashable {
  package var generatedTokens: Double
  package var promptTokens: Double
  /// Answered to the end.
  package var requests: Double
  /// Due, whatever became of them.
  package var requestsDue: Double

  package init(generatedTokens: Double, promptTokens: Double, requests: Double, requestsDue: Double) {
    self.generatedTokens = generatedTokens
    self.promptTokens = promptTokens
    self.requests = requests
    self.requestsDue = requestsDue
  }
}
