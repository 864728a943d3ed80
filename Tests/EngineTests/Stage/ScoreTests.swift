import CKernels
import Checkpoints
import Core
import Engine
import Models
import TestSupport
import Testing

/// Logprobs of prompts: the same bits however they are asked for, and those of the engine's own softmax.
@Suite struct ScoreTests {
  static let prompt: [TokenID] = (0..<70).map { TokenID(($0 * $0 * 37 + 11) % 2048) }
  static let sampling = SamplingParameters(temperature: 0, topLogprobs: 2, promptLogprobs: 3)

  @Test func equalTheSoftmaxOfTheLogits() throws {
    let checkpoint = try Fixture.open()
    let capacity = StageCapacity(contextLength: 128, sequencesMax: 4, rowsMax: 128)
    let answer = try Pipeline(checkpoint, capacity: capacity).respond(Self.prompt, count: 1, Self.sampling)
    #expect(answer.scores.map(\.position) == Array(1..<70))
    #expect(answer.scores.map(\.choice.token) == Array(Self.prompt.dropFirst()))
    let engine = try StageEngine(
      checkpoint: checkpoint, range: checkpoint.architecture.wholeRange, configuration: .int8, capacity: capacity,
      stage: .tested)
    let id = SequenceID(1)
    let logits = try engine.logits(
      .frame(
        openings: [.opening(id, Self.prompt)], grants: [.grant(id, [0, 1, 2, 3, 4])],
        segments: [.segment(id, 0, Self.prompt)]), activations: RawSpan())
    for (row, score) in answer.scores.enumerated() {
      let expected = Self.logprobs(Array(logits[row * 2048..<(row + 1) * 2048]))
      #expect(score.choice.logprob.bitPattern == expected[Int(score.choice.token)].bitPattern)
      let order = expected.indices.sorted { (expected[$1], $0) < (expected[$0], $1) }
      #expect(score.top.map { Int($0.token) } == Array(order.prefix(3)))
      for entry in score.top { #expect(entry.logprob.bitPattern == expected[Int(entry.token)].bitPattern) }
    }
  }

  /// With the engine's own sum and logarithm.
  private static func logprobs(_ logits: [Float]) -> [Float] {
    let kernels = octavo_kernels_portable()!.pointee
    let largest = logits.max()!
    let logOfSum = octavo_log(kernels.exp_sum(logits, logits.count, largest, 1, nil))
    return logits.map { Float((Double($0) - Double(largest)) - logOfSum) }
  }

  struct Run: Sendable, CustomTestStringConvertible {
    var chunk = Int.max
    var stages = 1
    var threads = 1
    /// Also how many rows of logits are computed at once.
    var sequencesMax = 8

    var testDescription: String { "chunks of \(chunk), \(stages) stages, \(threads) threads, \(sequencesMax) logits" }
  }

  static let runs = [
    Run(sequencesMax: 1), Run(chunk: 1), Run(chunk: 7, threads: 3), Run(chunk: 16, stages: 2),
    Run(chunk: 33, stages: 3, threads: 2, sequencesMax: 5), Run(chunk: 69), Run(chunk: 70, threads: 2, sequencesMax: 3),
  ]

  @Test(arguments: runs)
  func sameBits(_ run: Run) throws {
    let checkpoint = try Fixture.open()
    let expected = try Pipeline(checkpoint).respond(Self.prompt, count: 3, Self.sampling)
    let other = try Pipeline(
      checkpoint, stages: run.stages,
      capacity: StageCapacity(contextLength: 128, sequencesMax: run.sequencesMax, rowsMax: 128),
      options: EngineOptions(threads: run.threads))
    let seen = try other.respond(Self.prompt, count: 3, Self.sampling, chunk: run.chunk)
    #expect(seen.scores.bits == expected.scores.bits)
    #expect(seen.tokens.bits == expected.tokens.bits)
  }

  /// Rows that score, rows that sample, rows that do both and rows that do neither, of several sequences at once.
  @Test func besideOthers() throws {
    let checkpoint = try Fixture.open()
    let alone = try Pipeline(checkpoint).respond(Self.prompt, count: 1, Self.sampling)
    let crowd = try Pipeline(checkpoint, options: EngineOptions(threads: 2))
    let ids = (1...4).map { SequenceID(UInt64($0)) }
    for id in ids { try crowd.open(id, Self.prompt, Self.sampling) }
    let answer = try crowd.answer([
      .segment(ids[0], 0, Self.prompt, samples: true),
      .segment(ids[1], 0, Self.prompt, samples: true, scores: true),
      .segment(ids[2], 0, Array(Self.prompt.prefix(30)), samples: true, scores: true),
      .segment(ids[2], 30, Array(Self.prompt.dropFirst(30)), samples: true, scores: true),
      .segment(ids[3], 0, Self.prompt, scores: true),
    ])
    for id in ids.dropFirst() {
      #expect(answer.scores.filter { $0.sequence == id }.bits == alone.scores.bits)
    }
    #expect(answer.scores.map(\.sequence) == ids.dropFirst().flatMap { Array(repeating: $0, count: 69) })
    #expect(answer.tokens.map(\.sequence) == [ids[0], ids[1], ids[2], ids[2]])
    #expect(answer.tokens.map(\.position) == [70, 70, 30, 70])
    for index in [0, 1, 3] { #expect([answer.tokens[index]].bits == alone.tokens.bits) }
  }

  @Test func aPromptOfOneHasNone() throws {
    let answer = try Pipeline(try Fixture.open()).respond([7], count: 2, Self.sampling)
    #expect(answer.scores.isEmpty)
    #expect(answer.tokens.count == 2)
  }
}
