import Core
import Scheduling
import Testing

@Suite struct SchedulerPropertyTests {
  /// Random requests, cancellations and lost pipelines; in the end every answer is the one it would have been alone.
  @Test(arguments: [(1, 1), (2, 1), (3, 4), (8, 2)])
  func answersDoNotDependOnCompanyOrFaults(stageCount: Int, inFlightMax: Int) throws {
    var world = try PipelineWorld(
      seed: UInt64(stageCount * 100 + inFlightMax), stageCount: stageCount, inFlightMax: inFlightMax)
    world.open()
    for _ in 0..<300_000 {
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
    for _ in 0..<100_000 where world.scheduler.runningCount + world.scheduler.waitingCount > 0 {
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
      if world.cancelled.contains(id) {
        #expect(tokens.starts(with: answer))
      } else {
        try #require(answer == tokens)
        #expect(world.finished[id] == reason)
      }
    }
    #expect(world.scheduler.freePages == Array(repeating: world.limits.capacity.pageCount, count: world.stageCount))
    #expect(world.stages.allSatisfy { $0.sequences.isEmpty && $0.pagesTaken.isEmpty })
  }
}
