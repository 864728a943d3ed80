package import Core

/// A request to continue a prompt, as a client writes it; nil where the client leaves the choice to the model or
/// the router. Ranges are checked by the router, which knows the model.
package struct GenerateRequest: Sendable, Hashable {
  package enum Prompt: Sendable, Hashable {
    case text(String)
    case ids([TokenID])
  }

  /// Empty: the only model served.
  package var model: String
  package var prompt: Prompt
  package var maxTokens: Int?
  package var temperature: Float?
  package var topK: Int?
  package var topP: Float?
  package var minP: Float?
  package var seed: UInt64?
  package var stopStrings: [String]
  package var stopIDs: [TokenID]
  package var ignoresEndTokens: Bool
  package var topLogprobs: Int?
  package var echoes: Bool
  package var promptLogprobs: Int?
  package var logitBias: [LogitBias]
  package var repetitionPenalty: Float?
  package var presencePenalty: Float
  package var frequencyPenalty: Float
  package var continuations: Int?
  package var priority: Int

  package init(
    model: String = "", prompt: Prompt, maxTokens: Int? = nil, temperature: Float? = nil, topK: Int? = nil,
    topP: Float? = nil, minP: Float? = nil, seed: UInt64? = nil, stopStrings: [String] = [], stopIDs: [TokenID] = [],
    ignoresEndTokens: Bool = false, topLogprobs: Int? = nil, echoes: Bool = false,
    promptLogprobs: Int? = nil, logitBias: [LogitBias] = [], repetitionPenalty: Float? = nil,
    presencePenalty: Float = 0, frequencyPenalty: Float = 0, continuations: Int? = nil, priority: Int = 0
  ) {
    self.model = model
    self.prompt = prompt
    self.maxTokens = maxTokens
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.seed = seed
    self.stopStrings = stopStrings
    self.stopIDs = stopIDs
    self.ignoresEndTokens = ignoresEndTokens
    self.topLogprobs = topLogprobs
    self.echoes = echoes
    self.promptLogprobs = promptLogprobs
    self.logitBias = logitBias
    self.repetitionPenalty = repetitionPenalty
    self.presencePenalty = presencePenalty
    self.frequencyPenalty = frequencyPenalty
    self.continuations = continuations
    self.priority = priority
  }
}
