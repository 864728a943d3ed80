/// How the last stage picks a token. Filters apply in the order temperature, top-k, top-p, min-p.
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

  package init(
    temperature: Float = 1, topK: Int? = nil, topP: Float = 1, minP: Float = 0, seed: UInt64 = 0,
    continuation: UInt32 = 0, topLogprobs: Int? = nil
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.seed = seed
    self.continuation = continuation
    self.topLogprobs = topLogprobs
  }

  package static let greedy = SamplingParameters(temperature: 0)
}
