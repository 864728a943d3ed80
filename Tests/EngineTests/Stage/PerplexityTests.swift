import Checkpoints
import Core
import Engine
import Foundation
import Models
import Testing

/// Perplexity over the whole held-out text, as the fixture's README defines it.
@Suite struct PerplexityTests {
  /// From transformers in float32: see the fixture's golden.json.
  static let golden = 18.280571326839734

  @Test func float32EqualsTransformers() throws {
    let perplexity = try Self.perplexity(.float32)
    #expect(abs(perplexity / Self.golden - 1) < 1e-4, "float32: \(perplexity)")
  }

  @Test func int8LosesLittle() throws {
    let perplexity = try Self.perplexity(.int8)
    #expect(perplexity / Self.golden - 1 < 5e-4, "int8: \(perplexity)")
    #expect(perplexity / Self.golden - 1 > -5e-4, "int8: \(perplexity)")
  }

  /// Against the same with K and V in float16.
  @Test func int8KeysAndValuesLoseLittle() throws {
    let perplexity = try Self.perplexity(InstanceConfiguration(precision: .int8, head: .int8, keyValue: .int8))
    let standard = try Self.perplexity(.int8)
    #expect(abs(perplexity / standard - 1) < 5e-4, "int8 KV: \(perplexity), float16 KV: \(standard)")
    #expect(perplexity != standard)
  }

  /// Activations of 8 bits between stages, against exact ones: 18.2801 over two stages and 18.2830 over four, 18.2817.
  @Test(arguments: [2, 4])
  func int8WireLosesLittle(_ stages: Int) throws {
    let perplexity = try Self.perplexity(WireTests.int8, stages: stages)
    let standard = try Self.perplexity(.int8, stages: 1)
    #expect(abs(perplexity / standard - 1) < 5e-4, "int8 wire: \(perplexity), exact wire: \(standard)")
    #expect(perplexity != standard)
  }

  /// From the scores of prompts.
  private static func perplexity(_ configuration: InstanceConfiguration, stages: Int) throws -> Double {
    let pipeline = try Pipeline(
      try Fixture.open(), stages: stages, configuration: configuration,
      capacity: StageCapacity(contextLength: 512, sequencesMax: 64, rowsMax: 512, pageCount: 32),
      options: EngineOptions(threads: 2))
    let sampling = SamplingParameters(temperature: 0, promptLogprobs: 0)
    let scores = try Fixture.heldOut().flatMap { try pipeline.respond($0, count: 0, sampling).scores }
    #expect(scores.count == 22_484)
    return exp(-scores.reduce(0) { $0 + Double($1.choice.logprob) } / Double(scores.count))
  }

  private static func perplexity(_ configuration: InstanceConfiguration) throws -> Double {
    let checkpoint = try Fixture.open()
    let stage = StageID(instance: InstanceID("perplexity"), index: 0)
    let engine = try StageEngine(
      checkpoint: checkpoint, range: checkpoint.architecture.wholeRange, configuration: configuration,
      capacity: StageCapacity(contextLength: 512, sequencesMax: 512, rowsMax: 512), stage: stage,
      options: EngineOptions(threads: 2))
    var sum = 0.0
    var count = 0
    for (index, tokens) in try Fixture.heldOut().enumerated() {
      let sequence = SequenceID(UInt64(index))
      let logits = try engine.logits(
        Microbatch(
          id: MicrobatchID(UInt64(index)), epoch: Epoch(0),
          route: [
            Hop(stage: stage, grants: [PageGrant(sequence: sequence, pages: (0..<32).map { PageID(UInt32($0)) })])
          ],
          closings: index == 0 ? [] : [SequenceID(UInt64(index - 1))],
          openings: [SequenceOpening(sequence: sequence, sampling: .greedy, tokens: tokens)],
          segments: [Segment(sequence: sequence, position: 0, tokens: tokens, samples: true)]),
        activations: RawSpan())
      for row in 0..<511 {
        let values = logits[row * 2048..<(row + 1) * 2048]
        sum -= Double(values[row * 2048 + Int(tokens[row + 1])]) - logOfSum(values)
        count += 1
      }
    }
    #expect(count == 22_484)
    return exp(sum / Double(count))
  }

  private static func logOfSum(_ logits: ArraySlice<Float>) -> Double {
    let largest = Double(logits.max()!)
    return largest + log(logits.reduce(0) { $0 + exp(Double($1) - largest) })
  }
}
