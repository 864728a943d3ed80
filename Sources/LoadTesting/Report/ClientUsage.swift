/// What the client itself took of the machine that it may share with what it measures.
package struct ClientUsage: Sendable, Hashable {
  /// Of one core; past it a report warns.
  package static let coresMax = 0.25
  /// How late 99 of 100 requests may be sent before a report warns.
  package static let sendDelayMsMax = 10.0

  package var processorSeconds: Double
  package var seconds: Double
  package var generatedTokens: Int

  package init(processorSeconds: Double, seconds: Double, generatedTokens: Int) {
    self.processorSeconds = processorSeconds
    self.seconds = seconds
    self.generatedTokens = generatedTokens
  }

  package var cores: Double { seconds > 0 ? processorSeconds / seconds : 0 }

  /// Nil without tokens.
  package var microsecondsPerToken: Double? {
    generatedTokens == 0 ? nil : processorSeconds * 1e6 / Double(generatedTokens)
  }
}
