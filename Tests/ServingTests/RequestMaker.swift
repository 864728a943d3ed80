import Core
import Scheduling
import TestSupport

/// Random requests that have much in common.
struct RequestMaker {
  static let contextLength = 128

  let vocabularyCount: Int

  func make(_ sequence: SequenceID, using random: inout SeededGenerator) -> GenerationRequest {
    let prompt = makePrompt(using: &random)
    return GenerationRequest(
      sequence: sequence, tenant: try! TenantID(Bool.random(using: &random) ? "one" : "other"),
      priority: .random(in: -1...1, using: &random), prompt: prompt, sampling: makeSampling(using: &random),
      maxTokens: makeLength(upTo: Self.contextLength - prompt.count, using: &random),
      stopIDs: [.random(in: 0..<TokenID(vocabularyCount), using: &random)])
  }

  /// Up to four pages of a few kinds, and an end of its own.
  private func makePrompt(using random: inout SeededGenerator) -> [TokenID] {
    var prompt: [TokenID] = []
    for page in 0..<Int.random(in: 0...4, using: &random) {
      let kind = TokenID.random(in: 0..<2, using: &random)
      prompt += (0..<16).map { (TokenID(page) * 131 + $0 * 17 + kind * 7) % TokenID(vocabularyCount) }
    }
    let own = Int.random(in: 1...20, using: &random)
    return prompt + (0..<own).map { _ in .random(in: 0..<TokenID(vocabularyCount), using: &random) }
  }

  /// Many answers outgrow the pages that were free when they began.
  private func makeLength(upTo room: Int, using random: inout SeededGenerator) -> Int {
    Bool.random(using: &random) ? .random(in: 1...20, using: &random) : room
  }

  private func makeSampling(using random: inout SeededGenerator) -> SamplingParameters {
    var sampling = SamplingParameters(
      temperature: Bool.random(using: &random) ? 0 : 0.9, topK: Bool.random(using: &random) ? nil : 20,
      seed: .random(in: 0..<1_000, using: &random), topLogprobs: 2)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: sampling.promptLogprobs = 1
    case 1:
      sampling.repetitionPenalty = 1.3
      sampling.frequencyPenalty = 0.5
    case 2: sampling.logitBias = [LogitBias(token: 7, bias: 3), LogitBias(token: 40, bias: -100)]
    default: break
    }
    return sampling
  }
}
