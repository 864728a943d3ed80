import Checkpoints
import Core
import Engine
import Models
import TestSupport
import Testing

/// The same request gives the same ids and logprob bits, however it is run.
@Suite struct SameBitsTests {
  struct Run: Sendable, CustomTestStringConvertible {
    var stages = 1
    var threads = 1
    var kernels = KernelChoice.automatic
    var chunk = Int.max

    var testDescription: String { "\(stages) stages, \(threads) threads, \(kernels), chunks of \(chunk)" }
  }

  static let runs = [
    Run(stages: 2), Run(stages: 4), Run(stages: 8), Run(threads: 2), Run(threads: 3),
    Run(chunk: 1), Run(chunk: 7), Run(chunk: 16),
  ]

  /// Every kernel choice that this machine can run.
  static let kernelRuns = KernelChoice.availableCases.flatMap {
    [Run(kernels: $0), Run(stages: 2, threads: 2, kernels: $0, chunk: 33)]
  }

  static let prompt: [TokenID] = (0..<90).map { TokenID(($0 * $0 * 31 + 17) % 2048) }
  static let drawn = SamplingParameters(
    temperature: 0.9, topK: 300, topP: 0.95, minP: 0.001, seed: 7, topLogprobs: 5)
  static let greedy = SamplingParameters(temperature: 0, topLogprobs: 3)

  static let configurations = [
    InstanceConfiguration.int8, .float32, InstanceConfiguration(precision: .int8, head: .int8, keyValue: .int8),
  ]

  @Test(arguments: configurations, runs + kernelRuns)
  func runsAlike(_ configuration: InstanceConfiguration, _ run: Run) throws {
    let checkpoint = try Fixture.open()
    let plain = try Pipeline(checkpoint, configuration: configuration)
    let other = try Pipeline(
      checkpoint, stages: run.stages, configuration: configuration,
      options: EngineOptions(kernels: run.kernels, threads: run.threads))
    for sampling in [Self.greedy, Self.drawn] {
      let expected = try plain.generate(Self.prompt, count: 12, sampling)
      let seen = try other.generate(Self.prompt, count: 12, sampling, chunk: run.chunk)
      #expect(seen.bits == expected.bits)
      #expect(seen.allSatisfy { $0.top.count == sampling.topLogprobs })
    }
  }

  /// Past one block of positions: three threads share two KV heads block by block, one thread walks them.
  @Test(arguments: configurations)
  func blocksApartChangeNothing(_ configuration: InstanceConfiguration) throws {
    let checkpoint = try Fixture.open()
    let capacity = StageCapacity(contextLength: 1_024, sequencesMax: 1, rowsMax: 1_024)
    let prompt = (0..<530).map { TokenID(($0 * $0 * 31 + 17) % 2048) }
    let plain = try Pipeline(checkpoint, configuration: configuration, capacity: capacity)
    let expected = try plain.generate(prompt, count: 6, Self.drawn)
    for (threads, chunk) in [(3, Int.max), (3, 2), (7, 255)] {
      let other = try Pipeline(
        checkpoint, configuration: configuration, capacity: capacity,
        options: EngineOptions(threads: threads))
      #expect(try other.generate(prompt, count: 6, Self.drawn, chunk: chunk).bits == expected.bits)
    }
  }

  /// Rows of other sequences, in any order and of any length, change nothing.
  @Test(arguments: configurations)
  func companionsChangeNothing(_ configuration: InstanceConfiguration) throws {
    let checkpoint = try Fixture.open()
    let alone = try Pipeline(checkpoint, configuration: configuration)
    let crowd = try Pipeline(checkpoint, configuration: configuration, options: EngineOptions(threads: 2))
    let expected = try alone.generate(Self.prompt, count: 8, Self.drawn, sequence: SequenceID(5))
    #expect(try crowded(crowd, count: 8).bits == expected.bits)
  }

  /// Sequence 5 among sequences that come, prefill and decode beside it.
  private func crowded(_ pipeline: Pipeline, count: Int) throws -> [SampledToken] {
    let watched = SequenceID(5)
    try pipeline.open(watched, Self.prompt, Self.drawn)
    for other in 1...4 { try pipeline.open(SequenceID(UInt64(other)), [TokenID(other)], Self.greedy) }
    var generator = SeededGenerator(seed: 3)
    var lengths = [0, 0, 0, 0, 0]
    var sampled: [SampledToken] = []
    var position = 0
    while sampled.count < count {
      var segments: [Segment] = []
      for other in 1...4 where lengths[other] < 200 {
        let tokens = (0..<Int.random(in: 1...19, using: &generator)).map { index in
          lengths[other] + index == 0 ? TokenID(other) : TokenID.random(in: 0..<2048, using: &generator)
        }
        segments.append(
          Segment(
            sequence: SequenceID(UInt64(other)), position: lengths[other], tokens: tokens,
            samples: Bool.random(using: &generator)))
        lengths[other] += tokens.count
      }
      let tokens =
        position < Self.prompt.count
        ? Array(Self.prompt[position..<min(position + 13, Self.prompt.count)]) : [sampled.last!.choice.token]
      position += tokens.count
      segments.append(
        Segment(
          sequence: watched, position: position - tokens.count, tokens: tokens,
          samples: position >= Self.prompt.count))
      sampled += try pipeline.run(segments.shuffled(using: &generator)).filter { $0.sequence == watched }
    }
    return sampled
  }
}
