/// How the last stage picks a token.
///
/// In this order: bias, the three penalties, temperature, top-k, top-p, min-p. Logprobs are those of the logits as the
/// model gives them.
///
/// Bias and penalties change a token's logit x one after the other, each operation rounded to float32:
/// - bias: x + bias.
/// - repetition, if the prompt or the answer so far holds the token: x / penalty where x > 0, otherwise x * penalty.
/// - presence, if the answer so far holds it: x - penalty.
/// - frequency, if the answer so far holds it n times: x - (penalty * n).
///
/// What leaves the range of float32 becomes its largest magnitude. Greedy takes the largest of the changed logits.
package struct SamplingParameters: Sendable, Hashable {
  /// 0 is greedy, ties to the lowest id; otherwise logits are divided by it. At most 100.
  package var temperature: Float
  /// Keeps the k most probable tokens; `nil` keeps all.
  package var topK: Int?
  /// Keeps the smallest set of most probable tokens that reaches this mass, in (0, 1]; 1 keeps all.
  package var topP: Float
  /// Drops tokens below this fraction of the most probable one's probability, in [0, 1]; 0 keeps all.
  package var minP: Float
  package var seed: UInt64
  /// Which of a request's continuations this is, from 0: part of the generator's key.
  package var continuation: UInt32
  /// How many of the most probable tokens to report; `nil` reports no logprobs at all.
  package var topLogprobs: Int?
  /// How many of the most probable tokens to report beside each of the prompt; `nil` reports nothing of the prompt.
  package var promptLogprobs: Int?
  /// Divides positive logits, and multiplies negative ones, of every token that the prompt or the answer holds, in
  /// (0, 100]; 1 changes none. Source: Keskar et al., "CTRL", 2019.
  package var repetitionPenalty: Float
  /// Subtracted from the logit of every token that the answer holds, -2 to 2.
  package var presencePenalty: Float
  /// Subtracted as often as the answer holds the token, -2 to 2.
  package var frequencyPenalty: Float
  /// Ascending by token, each once.
  package var logitBias: [LogitBias]

  package init(
    temperature: Float = 1, topK: Int? = nil, topP: Float = 1, minP: Float = 0, seed: UInt64 = 0,
    continuation: UInt32 = 0, topLogprobs: Int? = nil, promptLogprobs: Int? = nil, repetitionPenalty: Float = 1,
    presencePenalty: Float = 0, frequencyPenalty: Float = 0, logitBias: [LogitBias] = []
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.seed = seed
    self.continuation = continuation
    self.topLogprobs = topLogprobs
    self.promptLogprobs = promptLogprobs
    self.repetitionPenalty = repetitionPenalty
    self.presencePenalty = presencePenalty
    self.frequencyPenalty = frequencyPenalty
    self.logitBias = logitBias
  }

  package static let greedy = SamplingParameters(temperature: 0)

  /// Whether logits are changed before a token is picked from them.
  package var adjustsLogits: Bool {
    repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0 || !logitBias.isEmpty
  }
}
