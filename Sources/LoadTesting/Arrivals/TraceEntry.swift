/// One arrival of a trace.
package struct TraceEntry: Sendable, Hashable {
  /// Since the trace's first arrival.
  package var seconds: Double
  package var promptTokens: Int
  package var outputTokens: Int

  package init(seconds: Double, promptTokens: Int, outputTokens: Int) {
    self.seconds = seconds
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
  }
}
