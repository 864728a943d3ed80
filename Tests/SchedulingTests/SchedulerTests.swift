import Core
import Scheduling
import Testing

@Suite struct SchedulerTests {
  private let stages = [StageID(instance: InstanceID("m/0"), index: 0)]

  private func scheduler(sequencesMax: Int = 2, rowsMax: Int = 8, waitingMax: Int = 4) throws -> Scheduler {
    var scheduler = Scheduler(
      limits: try SchedulerLimits(
        capacity: StageCapacity(contextLength: 64, sequencesMax: sequencesMax, rowsMax: rowsMax),
        waitingMax: waitingMax))
    scheduler.open(epoch: Epoch(1), stages: stages)
    return scheduler
  }

  private func request(_ id: UInt64, promptCount: Int, maxTokens: Int = 4) -> GenerationRequest {
    GenerationRequest(
      sequence: SequenceID(id), prompt: Array(repeating: 5, count: promptCount), sampling: .greedy,
      maxTokens: maxTokens, stopIDs: [1])
  }

  private func sample(_ id: UInt64, at position: Int, token: TokenID = 9) -> SampledToken {
    SampledToken(
      sequence: SequenceID(id), position: position, choice: TokenLogprob(token: token, logprob: 0), top: [])
  }

  @Test func chunksAPromptAndSamplesAfterItsLastRow() throws {
    var scheduler = try scheduler()
    try scheduler.submit(request(0, promptCount: 18))
    var shapes: [(Int, Int, Bool)] = []
    for id in 0..<3 {
      let batch = try #require(scheduler.step().microbatches.first)
      let segment = try #require(batch.segments.first)
      shapes.append((segment.position, segment.tokens.count, segment.samples))
      let tokens = segment.samples ? [sample(0, at: 18)] : []
      _ = try scheduler.complete(MicrobatchID(UInt64(id)), epoch: Epoch(1), tokens: tokens)
    }
    #expect(shapes.map(\.0) == [0, 8, 16])
    #expect(shapes.map(\.1) == [8, 8, 2])
    #expect(shapes.map(\.2) == [false, false, true])
  }

  @Test func decodesBesideALongPrompt() throws {
    var scheduler = try scheduler()
    try scheduler.submit(request(0, promptCount: 1))
    _ = scheduler.step()
    try scheduler.submit(request(1, promptCount: 40))
    _ = try scheduler.complete(MicrobatchID(0), epoch: Epoch(1), tokens: [sample(0, at: 1)])
    let batch = try #require(scheduler.step().microbatches.first)
    #expect(batch.segments.map(\.sequence.rawValue) == [0, 1])
    #expect(batch.segments.map(\.tokens.count) == [1, 7])
  }

  @Test func cancellingTellsTheStagesAtOnceAndFreesThePages() throws {
    var scheduler = try scheduler()
    try scheduler.submit(request(0, promptCount: 20))
    _ = scheduler.step()
    scheduler.cancel(SequenceID(0))
    let batch = try #require(scheduler.step().microbatches.first)
    #expect(batch.closings == [SequenceID(0)])
    #expect(batch.segments.isEmpty)
    #expect(scheduler.freePages == [scheduler.limits.capacity.pageCount])
    #expect(try scheduler.complete(MicrobatchID(0), epoch: Epoch(1), tokens: []).isEmpty)
  }

  @Test func refusesPastItsQueue() throws {
    var scheduler = try scheduler(waitingMax: 1)
    try scheduler.submit(request(0, promptCount: 1))
    #expect(throws: OctavoError.self) { try scheduler.submit(request(1, promptCount: 1)) }
  }

  @Test func stopIDEndsASequence() throws {
    var scheduler = try scheduler()
    try scheduler.submit(request(0, promptCount: 2))
    _ = scheduler.step()
    let outputs = try scheduler.complete(
      MicrobatchID(0), epoch: Epoch(1), tokens: [sample(0, at: 2, token: 1)])
    #expect(outputs == [.token(sample(0, at: 2, token: 1), finish: .stop)])
    #expect(scheduler.runningCount == 0)
  }

  /// Each is an answer that was not asked for: the pipeline must be given up, not believed.
  @Test(arguments: [
    (MicrobatchID(7), [UInt64](), 0), (MicrobatchID(0), [], 0), (MicrobatchID(0), [3], 2), (MicrobatchID(0), [0], 5),
    (MicrobatchID(0), [0, 0], 2),
  ])
  func refusesResultsThatWereNotAskedFor(id: MicrobatchID, sequences: [UInt64], position: Int) throws {
    var scheduler = try scheduler()
    try scheduler.submit(request(0, promptCount: 2))
    _ = scheduler.step()
    #expect(throws: OctavoError.self) {
      try scheduler.complete(id, epoch: Epoch(1), tokens: sequences.map { sample($0, at: position) })
    }
  }

  /// Of two samples the second is wrong: the first must not be taken either, or its client would miss a token.
  @Test func refusedResultsChangeNoSequence() throws {
    var scheduler = try scheduler()
    for id in 0..<2 { try scheduler.submit(request(UInt64(id), promptCount: 2)) }
    _ = scheduler.step()
    #expect(throws: OctavoError.self) {
      try scheduler.complete(MicrobatchID(0), epoch: Epoch(1), tokens: [sample(0, at: 2), sample(1, at: 5)])
    }
    scheduler.open(epoch: Epoch(2), stages: stages)
    let batch = try #require(scheduler.step().microbatches.first)
    #expect(batch.openings.map(\.tokens) == [[5, 5], [5, 5]])
  }

  @Test func newsOfAnOlderEpochChangesNothing() throws {
    var scheduler = try scheduler()
    try scheduler.submit(request(0, promptCount: 2))
    _ = scheduler.step()
    scheduler.open(epoch: Epoch(2), stages: stages)
    #expect(try scheduler.complete(MicrobatchID(0), epoch: Epoch(1), tokens: [sample(0, at: 2)]).isEmpty)
    let batch = try #require(scheduler.step().microbatches.first)
    #expect(batch.epoch == Epoch(2))
    #expect(batch.openings.map(\.sequence) == [SequenceID(0)])
  }
}
