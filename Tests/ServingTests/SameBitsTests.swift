import Checkpoints
import Core
import Models
import Scheduling
import TestSupport
import Testing

/// Same request, same bits, whatever else a pipeline does.
@Suite struct SameBitsTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var stages: Int
    var pageCount: Int
    var rowsMax: Int
    var requests: Int

    var testDescription: String { "\(stages) stages, \(pageCount) pages, \(rowsMax) rows" }
  }

  private static let shapes = [
    Shape(stages: 1, pageCount: 12, rowsMax: 16, requests: 80),
    Shape(stages: 2, pageCount: 12, rowsMax: 40, requests: 80),
    Shape(stages: 3, pageCount: 40, rowsMax: 7, requests: 60),
    Shape(stages: 4, pageCount: 12, rowsMax: 64, requests: 80),
  ]

  /// Random lengths, arrivals, cancellations, priorities, tenants, shared prefixes, sampling, scores, too few pages,
  /// chunks of all sizes and lost pipelines.
  @Test(arguments: shapes) func companyChangesNoBit(shape: Shape) throws {
    let checkpoint = try EnginePipeline.openFixture()
    var random = SeededGenerator(seed: Soak.seed * 1_000 + UInt64(shape.stages))
    let makers = RequestMaker(vocabularyCount: checkpoint.architecture.vocabularyCount)
    let requests = (0..<shape.requests * Soak.factor).map { makers.make(SequenceID(UInt64($0)), using: &random) }

    var pipeline = try EnginePipeline(
      checkpoint, stages: shape.stages,
      capacity: StageCapacity(
        contextLength: RequestMaker.contextLength, sequencesMax: 6, rowsMax: shape.rowsMax,
        pageCount: shape.pageCount))
    var world = Crowd(requests)
    try world.run(&pipeline, using: &random)

    var alone = try EnginePipeline(
      checkpoint, stages: 1,
      capacity: StageCapacity(contextLength: RequestMaker.contextLength, sequencesMax: 1, rowsMax: 64))
    for request in requests {
      let wanted = try Answer.alone(request, in: &alone)
      let answer = world.answers[request.sequence] ?? Answer()
      guard !world.cancelled.contains(request.sequence) else {
        #expect(wanted.tokens.starts(with: answer.tokens))
        continue
      }
      #expect(answer == wanted, "request \(request.sequence.rawValue)")
    }
    #expect(pipeline.scheduler.availablePages == shape.pageCount)
    #expect(pipeline.openSequences == Array(repeating: 0, count: shape.stages))
    #expect(pipeline.freePages == Array(repeating: shape.pageCount, count: shape.stages))
    #expect(pipeline.scheduler.statistics.prefixTokensHit > 0)
    #expect(shape.pageCount > 20 || pipeline.scheduler.statistics.preemptions > 0)
    #expect(world.answers.count { $0.value.finish != nil } == shape.requests)
  }
}

/// Clients that come, leave and lose their pipeline.
private struct Crowd {
  var answers: [SequenceID: Answer] = [:]
  var cancelled: Set<SequenceID> = []
  private var coming: ArraySlice<GenerationRequest>

  init(_ requests: [GenerationRequest]) { coming = requests[...] }

  mutating func run(_ pipeline: inout EnginePipeline, using random: inout SeededGenerator) throws {
    while !coming.isEmpty || pipeline.scheduler.sequenceCount > 0 || !pipeline.flying.isEmpty {
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<25:
        guard let request = coming.popFirst() else { continue }
        try pipeline.scheduler.submit(request, at: pipeline.now)
      case 25 where Int.random(in: 0..<10, using: &random) == 0:
        let running = answers.filter { $0.value.finish == nil }.keys.sorted()
        guard let victim = running.randomElement(using: &random) else { continue }
        pipeline.scheduler.cancel(victim)
        cancelled.insert(victim)
        answers[victim]?.finish = .stop
      case 26 where Int.random(in: 0..<10, using: &random) == 0: pipeline.open()
      case 27..<60: take(pipeline.step())
      default: take(try pipeline.complete())
      }
    }
    take(pipeline.step())
    take(try pipeline.complete())
  }

  private mutating func take(_ outputs: [SchedulerOutput]) {
    for output in outputs {
      switch output {
      case .token(let token, _): answers[token.sequence, default: Answer()].take(output)
      case .scores(let sequence, _): answers[sequence, default: Answer()].take(output)
      case .failed(let sequence, let error): Issue.record("request \(sequence.rawValue) failed: \(error)")
      default: break
      }
    }
  }
}
