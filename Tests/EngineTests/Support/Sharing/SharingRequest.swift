import Core
import TestSupport

/// A request among others that begin alike.
struct SharingRequest {
  var prompt: [TokenID]
  var count: Int
  var sampling: SamplingParameters

  /// Requests whose prompts begin with one of three texts.
  static func some(_ count: Int, _ generator: inout SeededGenerator) -> [SharingRequest] {
    let texts = (0..<3).map { _ in tokens(70, &generator) }
    return (0..<count).map { index in
      let shared = texts.randomElement(using: &generator)!.prefix(Int.random(in: 20...70, using: &generator))
      let own = tokens(Int.random(in: 1...25, using: &generator), &generator)
      return SharingRequest(
        prompt: shared + own, count: Int.random(in: 1...20, using: &generator),
        sampling: sampling(index, seed: generator.next()))
    }
  }

  private static func tokens(_ count: Int, _ generator: inout SeededGenerator) -> [TokenID] {
    (0..<count).map { _ in TokenID.random(in: 0..<2048, using: &generator) }
  }

  private static func sampling(_ index: Int, seed: UInt64) -> SamplingParameters {
    switch index % 4 {
    case 0: SamplingParameters(temperature: 0, topLogprobs: 2)
    case 1: SamplingParameters(temperature: 1.2, topP: 0.9, seed: seed, topLogprobs: 3)
    case 2:
      SamplingParameters(
        temperature: 0.9, seed: seed, topLogprobs: 1, repetitionPenalty: 1.3, presencePenalty: 0.4,
        frequencyPenalty: 0.2, logitBias: [LogitBias(token: 9, bias: 4)])
    default: SamplingParameters(temperature: 0, topLogprobs: 1, promptLogprobs: 2, frequencyPenalty: 1)
    }
  }
}
