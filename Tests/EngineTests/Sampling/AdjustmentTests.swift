import Core
import Engine
import TestSupport
import Testing

/// Bias and penalties against the words of the parameters.
@Suite struct AdjustmentTests {
  static let parameters: [SamplingParameters] = [
    SamplingParameters(repetitionPenalty: 1.3),
    SamplingParameters(repetitionPenalty: 0.7),
    SamplingParameters(presencePenalty: 1.5),
    SamplingParameters(frequencyPenalty: -0.3),
    SamplingParameters(logitBias: [LogitBias(token: 0, bias: 3.5), LogitBias(token: 300, bias: -100)]),
    SamplingParameters(
      temperature: 0.6, topK: 80, topP: 0.9, minP: 0.01, repetitionPenalty: 1.7, presencePenalty: 0.9,
      frequencyPenalty: 0.35, logitBias: [LogitBias(token: 2, bias: 1.1), LogitBias(token: 5, bias: -0.7)]),
  ]

  /// Small ids, so that many come again.
  private static func tokens(_ count: Int, _ generator: inout SeededGenerator) -> [TokenID] {
    (0..<count).map { _ in TokenID.random(in: 0..<12, using: &generator) }
  }

  /// One token at a time, in the order of the documentation.
  private static func adjusted(
    _ logits: [Float], _ prompt: [TokenID], _ answer: [TokenID], _ parameters: SamplingParameters
  ) -> [Float] {
    logits.indices.map { index in
      let token = TokenID(index)
      var x = logits[index]
      for entry in parameters.logitBias where entry.token == token { x += entry.bias }
      if prompt.contains(token) || answer.contains(token) {
        if x > 0 { x /= parameters.repetitionPenalty } else { x *= parameters.repetitionPenalty }
      }
      let count = answer.count { $0 == token }
      if count > 0 {
        x -= parameters.presencePenalty
        let frequency = parameters.frequencyPenalty * Float(count)
        x -= frequency
      }
      return x
    }
  }

  @Test(arguments: parameters)
  func picksFromChangedLogits(_ parameters: SamplingParameters) throws {
    for seed in 0..<20 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed + 100)
      let (prompt, answer) = (Self.tokens(7, &generator), Self.tokens(Int(seed), &generator))
      let logits = SamplerTests.logits(seed)
      let expected = Self.adjusted(logits, prompt, answer, parameters)
      var parameters = parameters
      parameters.seed = seed
      let sampler = try Sampler(kernels: .automatic, vocabularyCount: logits.count)
      for position in 1..<10 {
        let drawn = try sample(sampler, logits, prompt, answer, known: answer.count, position, parameters)
        #expect(drawn.choice.token == SamplerTests.plainDraw(expected, position, parameters))
      }
      parameters.temperature = 0
      let greedy = try sample(sampler, logits, prompt, answer, known: answer.count, 1, parameters)
      #expect(Int(greedy.choice.token) == expected.firstIndex(of: expected.max()!))
    }
  }

  /// However many tokens of the answer came with the rows that are sampled.
  @Test func newTokensCountLikeKnownOnes() throws {
    var generator = SeededGenerator(seed: 5)
    let (prompt, answer) = (Self.tokens(9, &generator), Self.tokens(30, &generator))
    let logits = SamplerTests.logits(7)
    let sampler = try Sampler(kernels: .automatic, vocabularyCount: logits.count)
    let parameters = SamplingParameters(seed: 3, repetitionPenalty: 1.1, frequencyPenalty: 0.1)
    for position in 0..<40 {
      let expected = try sample(sampler, logits, prompt, answer, known: 30, position, parameters)
      for known in [0, 7, 29] {
        #expect(try sample(sampler, logits, prompt, answer, known: known, position, parameters) == expected)
      }
    }
  }

  @Test func reportsTheLogprobsOfUnchangedLogits() throws {
    let logits = SamplerTests.logits(4)
    let sampler = try Sampler(kernels: .automatic, vocabularyCount: logits.count)
    var parameters = SamplingParameters(temperature: 0, topLogprobs: 20)
    let plain = try sample(sampler, logits, [], [], known: 0, 1, parameters)
    parameters.logitBias = [LogitBias(token: plain.choice.token, bias: -100)]
    parameters.presencePenalty = 2
    let changed = try sample(sampler, logits, [], [plain.top[1].token], known: 1, 1, parameters)
    #expect(changed.choice.token != plain.choice.token)
    #expect(changed.choice.token != plain.top[1].token)
    #expect(changed.top == plain.top)
    #expect(plain.top.contains(changed.choice))
  }

  @Test func everyOperationIsRounded() throws {
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<1_000 {
      let parameters = SamplingParameters(
        repetitionPenalty: Float.random(in: 0.1...3, using: &generator),
        presencePenalty: Float.random(in: -2...2, using: &generator),
        frequencyPenalty: Float.random(in: -2...2, using: &generator))
      let adjustment = try #require(LogitAdjustment(parameters, TokenCounts(prompt: [0])))
      let (x, count) = (Float.random(in: -20...20, using: &generator), Int.random(in: 0...9, using: &generator))
      let answer = [TokenID](repeating: 0, count: count)
      let expected = Self.adjusted([x], [0], answer, parameters)
      #expect(adjustment.penalized(x, count: count).bitPattern == expected[0].bitPattern)
    }
  }

  /// Logits that penalties take past float32 are the largest float, and of equals each is drawn.
  @Test func extremePenalties() throws {
    let logits: [Float] = [-3e38, 1, 3e38, 2, -1, 0]
    let sampler = try Sampler(kernels: .automatic, vocabularyCount: logits.count)
    for temperature in [0, 1, 100] as [Float] {
      let drawn = try (0..<60).map { position in
        let parameters = SamplingParameters(
          temperature: temperature, topP: 0.99, repetitionPenalty: .leastNonzeroMagnitude, frequencyPenalty: 2)
        return try sample(sampler, logits, [0, 1, 2, 3, 4, 5], [1, 1], known: 2, position, parameters).choice.token
      }
      #expect(Set(drawn) == (temperature == 0 ? [1] : [1, 2, 3]))
    }
    let parameters = SamplingParameters(temperature: 1, repetitionPenalty: 100)
    #expect(try sample(sampler, logits, [0, 1, 2, 3, 4, 5], [], known: 0, 1, parameters).choice.token == 2)
  }

  /// Also sees that the logits are left as they were.
  private func sample(
    _ sampler: Sampler, _ logits: [Float], _ prompt: [TokenID], _ answer: [TokenID], known: Int, _ position: Int,
    _ parameters: SamplingParameters
  ) throws -> SampledToken {
    let counts = TokenCounts(prompt: prompt[...], answer: answer.prefix(known))
    let adjustment = LogitAdjustment(parameters, counts, newTokens: Array(answer.dropFirst(known)))
    var changed = logits
    let token = try changed.withUnsafeMutableBufferPointer {
      try sampler.sample($0, SequenceID(1), position: position, parameters, adjustment)
    }
    #expect(changed.bits == logits.bits)
    return token
  }
}
