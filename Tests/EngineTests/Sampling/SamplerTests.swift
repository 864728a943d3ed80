import Core
import Engine
import Foundation
import TestSupport
import Testing

/// Sampling against a plain version that sorts everything.
@Suite struct SamplerTests {
  static let parameters: [SamplingParameters] = [
    SamplingParameters(temperature: 1),
    SamplingParameters(temperature: 0.5, topK: 1),
    SamplingParameters(temperature: 1.5, topK: 7),
    SamplingParameters(temperature: 1, topP: 0.3),
    SamplingParameters(temperature: 2, topP: 0.95),
    SamplingParameters(temperature: 1, minP: 0.1),
    SamplingParameters(temperature: 0.8, topK: 40, topP: 0.9, minP: 0.02),
    SamplingParameters(temperature: 100, topK: 200, topP: 0.5, minP: 0.9),
  ]

  /// Ties on purpose: logits are rounded to eighths.
  static func logits(_ seed: UInt64, count: Int = 301) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return generator.floats(count, in: -6...6).map { ($0 * 8).rounded() / 8 }
  }

  @Test(arguments: parameters)
  func drawsFromTheTokensThatRemain(_ parameters: SamplingParameters) throws {
    for seed in 0..<20 as Range<UInt64> {
      let logits = Self.logits(seed)
      let sampler = try Sampler(kernels: .automatic, vocabularyCount: logits.count)
      var parameters = parameters
      parameters.seed = seed
      for position in 1..<20 {
        let seen = try sample(sampler, logits, position, parameters)
        #expect(seen.choice.token == Self.plainDraw(logits, position, parameters))
      }
    }
  }

  /// Sorts, cuts and walks as the words of the parameters say.
  static func plainDraw(_ logits: [Float], _ position: Int, _ parameters: SamplingParameters) -> TokenID {
    let largest = logits.max()!
    let weight = logits.map { exp((Double($0) - Double(largest)) / Double(parameters.temperature)) }
    var order = logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }
    if let topK = parameters.topK { order = Array(order.prefix(topK)) }
    if parameters.topP < 1 {
      let total = order.reduce(0) { $0 + weight[$1] }
      var sum = 0.0
      let end = order.firstIndex {
        sum += weight[$0]
        return sum >= Double(parameters.topP) * total
      }
      order = Array(order.prefix((end ?? order.count - 1) + 1))
    }
    order = order.filter { weight[$0] >= Double(parameters.minP) }
    let generator = CounterGenerator(seed: parameters.seed, continuation: parameters.continuation)
    let target = generator.uniform(position: position) * order.reduce(0) { $0 + weight[$1] }
    var sum = 0.0
    for token in order.sorted() {
      sum += weight[token]
      if sum > target { return TokenID(token) }
    }
    return TokenID(order.max()!)
  }

  @Test func greedyTakesTheLowestOfEquals() throws {
    var logits = Self.logits(1)
    logits[40] = 9
    logits[200] = 9
    let sampler = try Sampler(kernels: .automatic, vocabularyCount: logits.count)
    let seen = try sample(sampler, logits, 3, SamplingParameters(temperature: 0, topLogprobs: 3))
    #expect(seen.choice.token == 40)
    #expect(seen.top.prefix(2).map(\.token) == [40, 200])
  }

  @Test func logprobsAreOfTheUnmodifiedSoftmax() throws {
    let logits = Self.logits(2)
    let sampler = try Sampler(kernels: .automatic, vocabularyCount: logits.count)
    let parameters = SamplingParameters(temperature: 0.3, topK: 2, seed: 5, topLogprobs: 20)
    let seen = try sample(sampler, logits, 3, parameters)
    let total = log(logits.reduce(0) { $0 + exp(Double($1)) })
    for entry in seen.top + [seen.choice] {
      #expect(abs(Double(entry.logprob) - (Double(logits[Int(entry.token)]) - total)) < 1e-6)
    }
    let order = logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }
    #expect(seen.top.map { Int($0.token) } == Array(order.prefix(20)))
  }

  /// A temperature so low that its inverse overflows is greedy; one of 100 is nearly flat.
  @Test func extremeTemperatures() throws {
    let logits = Self.logits(3)
    let sampler = try Sampler(kernels: .automatic, vocabularyCount: logits.count)
    let cold = try sample(sampler, logits, 1, SamplingParameters(temperature: .leastNonzeroMagnitude))
    #expect(logits[Int(cold.choice.token)] == logits.max())
  }

  @Test func refusesLogitsThatAreNotFinite() throws {
    let sampler = try Sampler(kernels: .automatic, vocabularyCount: 3)
    for bad in [Float.nan, .infinity] {
      let error = #expect(throws: OctavoError.self) { try sample(sampler, [0, bad, 1], 1, .greedy) }
      #expect(error?.code == .internal)
    }
  }

  /// Each part of the key changes the number, and numbers fill [0, 1) evenly.
  @Test func generatorDependsOnItsWholeKey() {
    let base = CounterGenerator(seed: 1, continuation: 0)
    #expect(base.uniform(position: 5) == CounterGenerator(seed: 1, continuation: 0).uniform(position: 5))
    #expect(base.uniform(position: 5) != base.uniform(position: 6))
    #expect(base.uniform(position: 5) != CounterGenerator(seed: 1, continuation: 1).uniform(position: 5))
    #expect(base.uniform(position: 5) != CounterGenerator(seed: 1 << 32, continuation: 0).uniform(position: 5))
    let numbers = (0..<10_000).map { base.uniform(position: $0) }
    #expect(numbers.allSatisfy { (0..<1).contains($0) })
    for tenth in 0..<10 { #expect((900...1100).contains(numbers.count { Int($0 * 10) == tenth })) }
  }

  private func sample(
    _ sampler: Sampler, _ logits: [Float], _ position: Int, _ parameters: SamplingParameters
  ) throws -> SampledToken {
    var logits = logits
    return try logits.withUnsafeMutableBufferPointer {
      try sampler.sample($0, SequenceID(1), position: position, parameters)
    }
  }
}
