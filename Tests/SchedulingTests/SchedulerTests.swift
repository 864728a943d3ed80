import Core
import Scheduling
import Testing

@Suite struct SchedulerTests {
  private let now = Moment(nanoseconds: 0)
  private let stages = [StageID(instance: InstanceID("m/0"), index: 0)]

  private func scheduler(sequencesMax: Int = 2, rowsMax: Int = 8, waitingMax: Int = 4) throws -> Scheduler {
    var scheduler = Scheduler(
      limits: try SchedulerLimits(
        capacity: StageCapacity(contextLength: 64, sequencesMax: sequencesMax, rowsMax: rowsMax),
        waitingMax: waitingMax))
    _ = scheduler.open(epoch: Epoch(1), stages: stages)
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
    try scheduler.submit(request(0, promptCount: 18), at: now)
    var shapes: [(Int, Int, Bool)] = []
    while shapes.count < 3 {
      for batch in scheduler.step(at: now).microbatches {
        let segment = try #require(batch.segments.first)
        shapes.append((segment.position, segment.tokens.count, segment.samples))
        let tokens = segment.samples ? [sample(0, at: 18)] : []
        _ = try scheduler.complete(batch.id, epoch: Epoch(1), tokens: tokens, at: now)
      }
    }
    #expect(shapes.map(\.0) == [0, 8, 16])
    #expect(shapes.map(\.1) == [8, 8, 2])
    #expect(shapes.map(\.2) == [false, false, true])
  }

  @Test func decodesBesideALongPrompt() throws {
    var scheduler = try scheduler()
    try scheduler.submit(request(0, promptCount: 1), at: now)
    _ = scheduler.step(at: now)
    try scheduler.submit(request(1, promptCount: 40), at: now)
    _ = try scheduler.complete(MicrobatchID(0), epoch: Epoch(1), tokens: [sample(0, at: 1)], at: now)
    let batch = try #require(scheduler.step(at: now).microbatches.first)
    #expect(batch.segments.map(\.sequence.rawValue) == [0, 1])
    #expect(batch.segments.map(\.tokens.count) == [1, 7])
  }

  @Test func cancellingTellsTheStagesAtOnceAndFreesThePages() throws {
    var scheduler = try scheduler()
    try scheduler.submit(request(0, promptCount: 20), at: now)
    _ = scheduler.step(at: now)
    scheduler.cancel(SequenceID(0))
    let batch = try #require(scheduler.step(at: now).microbatches.first)
    #expect(batch.closings == [SequenceID(0)])
    #expect(batch.segments.isEmpty)
    #expect(scheduler.availablePages == scheduler.limits.capacity.pageCount)
    #expect(try scheduler.complete(MicrobatchID(0), epoch: Epoch(1), tokens: [], at: now).isEmpty)
  }

  @Test func refusesPastItsQueue() throws {
    var scheduler = try scheduler(waitingMax: 1)
    try scheduler.submit(request(0, promptCount: 1), at: now)
    #expect(throws: OctavoError.self) { try scheduler.submit(request(1, promptCount: 1), at: now) }
  }

  @Test func stopIDEndsASequence() throws {
    var scheduler = try scheduler()
    try scheduler.submit(request(0, promptCount: 2), at: now)
    _ = scheduler.step(at: now)
    let outputs = try scheduler.complete(
      MicrobatchID(0), epoch: Epoch(1), tokens: [sample(0, at: 2, token: 1)], at: now)
    guard case .token(let token, .stop)? = outputs.first, outputs.count == 1 else {
      Issue.record("\(outputs)")
      return
    }
    #expect(token == sample(0, at: 2, token: 1))
    #expect(scheduler.runningSequenceCount == 0)
  }

  /// Each is an answer that was not asked for: the pipeline must be given up, not believed.
  @Test(arguments: [
    (MicrobatchID(7), [UInt64](), 0), (MicrobatchID(0), [], 0), (MicrobatchID(0), [3], 2), (MicrobatchID(0), [0], 5),
    (MicrobatchID(0), [0, 0], 2),
  ])
  func refusesResultsThatWereNotAskedFor(id: MicrobatchID, sequences: [UInt64], position: Int) throws {
    var scheduler = try scheduler()
    try scheduler.submit(request(0, promptCount: 2), at: now)
    _ = scheduler.step(at: now)
    #expect(throws: OctavoError.self) {
      try scheduler.complete(id, epoch: Epoch(1), tokens: sequences.map { sample($0, at: position) }, at: now)
    }
  }

  /// Of two samples the second is wrong: the first must not be taken either, or its client would miss a token.
  @Test func refusedResultsChangeNoSequence() throws {
    var scheduler = try scheduler()
    for id in 0..<2 { try scheduler.submit(request(UInt64(id), promptCount: 2), at: now) }
    _ = scheduler.step(at: now)
    #expect(throws: OctavoError.self) {
      try scheduler.complete(MicrobatchID(0), epoch: Epoch(1), tokens: [sample(0, at: 2), sample(1, at: 5)], at: now)
    }
    _ = scheduler.open(epoch: Epoch(2), stages: stages)
    let batch = try #require(scheduler.step(at: now).microbatches.first)
    #expect(batch.openings.map(\.tokens) == [[5, 5], [5, 5]])
  }

  @Test func newsOfAnOlderEpochChangesNothing() throws {
    var scheduler = try scheduler()
    try scheduler.submit(request(0, promptCount: 2), at: now)
    _ = scheduler.step(at: now)
    _ = scheduler.open(epoch: Epoch(2), stages: stages)
    #expect(try scheduler.complete(MicrobatchID(0), epoch: Epoch(1), tokens: [sample(0, at: 2)], at: now).isEmpty)
    let batch = try #require(scheduler.step(at: now).microbatches.first)
    #expect(batch.epoch == Epoch(2))
    #expect(batch.openings.map(\.sequence) == [SequenceID(0)])
  }
}
