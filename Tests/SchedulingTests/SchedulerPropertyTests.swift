import Core
import Scheduling
import TestSupport
import Testing

@Suite struct SchedulerPropertyTests {
  private static let rounds = 500_000

  private static let shapes: [PipelineWorld.Shape] = [
    .init(stageCount: 1),
    .init(stageCount: 2, pageCount: 7),
    .init(stageCount: 3, sequencesMax: 12, rowsMax: 5, pageCount: 16, waitingMax: 12),
    .init(stageCount: 8, pageCount: 60, variety: 40, priorities: 0...0, tenants: 1),
  ]

  /// Random requests, cancellations, lost pipelines and pages that run out; in the end every answer is the one it would
  /// have been alone.
  @Test(arguments: shapes.indices)
  func answersDoNotDependOnCompanyOrFaults(index: Int) throws {
    let shape = Self.shapes[index]
    var world = try PipelineWorld(seed: Soak.seed * 1_000 + UInt64(index + 1), shape)
    world.open()
    for _ in 0..<Self.rounds * Soak.factor {
      switch Int.random(in: 0..<1_000, using: &world.random) {
      case 0..<60: world.submit()
      case 60..<62: world.cancelAny()
      case 62: world.lose()
      case 63..<500: if world.stages.isEmpty { world.open() } else { world.step() }
      default: if !world.stages.isEmpty { try world.complete() }
      }
    }
    try drain(&world)
    try check(world)
  }

  private func drain(_ world: inout PipelineWorld) throws {
    if world.stages.isEmpty { world.open() }
    for _ in 0..<100_000 where world.scheduler.sequenceCount > 0 {
      world.step()
      try world.complete()
    }
    world.step()
    while !world.flying.isEmpty { try world.complete() }
  }

  private func check(_ world: PipelineWorld) throws {
    #expect(world.requests.count > 1_000)
    #expect(world.cancelled.count > 50)
    #expect(world.lossCount > 100)
    #expect(world.refusedCount > 0)
    for (id, request) in world.requests {
      let (tokens, reason) = PipelineWorld.answer(to: request)
      let answer = world.answers[id] ?? []
      let isScored = request.sampling.promptLogprobs != nil && request.prompt.count > 1
      let scores = isScored ? Array(1..<request.prompt.count) : []
      if world.cancelled.contains(id) {
        #expect(tokens.starts(with: answer))
        #expect(scores.starts(with: world.scored[id] ?? []))
      } else {
        try #require(answer == tokens)
        #expect(world.finished[id] == reason)
        #expect(world.scored[id] ?? [] == scores)
      }
    }
    #expect(world.scheduler.sequenceCount == 0)
    #expect(world.scheduler.runningSequenceCount == 0)
    #expect(world.scheduler.availablePages == world.limits.capacity.pageCount)
    #expect(world.scheduler.inFlightCount == 0)
    #expect(world.stages.allSatisfy { $0.sequences.isEmpty && $0.heldPageCount == 0 })
    let statistics = world.scheduler.statistics
    #expect(statistics.prefixTokensHit == world.cachedTokens)
    #expect(statistics.prefixTokensHit > 0)
    #expect(world.shape.pageCount > 16 || statistics.preemptions > 100)
  }
}
