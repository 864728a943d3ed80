import Core
import Scheduling
import Testing

/// Who is admitted when.
@Suite struct QueueTests {
  @Test func tenantsTakeTurns() throws {
    var bench = try Bench(sequencesMax: 1)
    for _ in 0..<6 { _ = try bench.submit([1, 2], tenant: "many") }
    for _ in 0..<2 { _ = try bench.submit([1, 2], tenant: "few") }
    try bench.drain()
    #expect(bench.admitted == [0, 6, 1, 7, 2, 3, 4, 5])
  }

  /// Turns are counted in tokens: who asks for more at a time gets fewer turns.
  @Test func tenantsShareTokensNotRequests() throws {
    var bench = try Bench(sequencesMax: 1)
    for _ in 0..<3 { _ = try bench.submit([1], maxTokens: 40, tenant: "long") }
    for _ in 0..<9 { _ = try bench.submit([1], maxTokens: 10, tenant: "short") }
    try bench.drain()
    let shorts = Set<UInt64>(3...11)
    #expect(bench.admitted.prefix(6).count { shorts.contains($0) } == 4)
  }

  /// Who was idle has saved nothing up.
  @Test func idlenessIsNoCredit() throws {
    var bench = try Bench(sequencesMax: 1)
    for _ in 0..<20 { _ = try bench.submit([1, 2], tenant: "early") }
    for _ in 0..<60 {
      bench.step()
      try bench.complete()
    }
    let done = bench.admitted.count
    for _ in 0..<8 { _ = try bench.submit([1, 2], tenant: "late") }
    try bench.drain()
    let next = bench.admitted.dropFirst(done + 1).prefix(6)
    #expect(next.count { $0 >= 20 } == 3)
  }

  @Test func higherPrioritiesGoFirst() throws {
    var bench = try Bench(sequencesMax: 1)
    for priority in [0, -3, 7, 0, 7] { _ = try bench.submit([1, 2], priority: priority) }
    try bench.drain()
    #expect(bench.admitted == [2, 4, 0, 3, 1])
  }

  /// A microsecond of waiting counts as one priority here.
  @Test func waitingCountsAsPriority() throws {
    var bench = try Bench(sequencesMax: 1)
    _ = try bench.submit([1, 2], priority: 0)
    bench.now = Moment(nanoseconds: 3_500)
    _ = try bench.submit([1, 2], priority: 2)
    _ = try bench.submit([1, 2], priority: 4)
    try bench.drain()
    #expect(bench.admitted == [2, 0, 1])
  }

  @Test func refusesPastItsQueueAllOrNothing() throws {
    var bench = try Bench(waitingMax: 3)
    let group = (10..<14).map {
      GenerationRequest(
        sequence: SequenceID($0), prompt: [1], sampling: .greedy, maxTokens: 2, stopIDs: [])
    }
    let error = #expect(throws: OctavoError.self) { try bench.scheduler.submit(group, at: bench.now) }
    #expect(error?.code == .resourceExhausted)
    #expect(bench.scheduler.waitingCount == 0)
    try bench.scheduler.submit(Array(group.dropLast()), at: bench.now)
    #expect(throws: OctavoError.self) { try bench.submit([1]) }
    bench.scheduler.cancel(SequenceID(11))
    _ = try bench.submit([1])
  }

  @Test func refusesWhatNoPageCountHolds() throws {
    var bench = try Bench(contextLength: 64, pageCount: 4)
    _ = try bench.submit(Array(repeating: 1, count: 60), maxTokens: 4)
    var small = Scheduler(
      limits: try SchedulerLimits(capacity: StageCapacity(contextLength: 64, sequencesMax: 2, rowsMax: 8)))
    let stages = [StageID(instance: InstanceID("m/0"), index: 0)]
    _ = small.open(epoch: Epoch(1), stages: stages, pageCount: 3)
    let long = GenerationRequest(
      sequence: SequenceID(0), prompt: Array(repeating: 1, count: 48), sampling: .greedy, maxTokens: 2, stopIDs: [])
    #expect(throws: OctavoError.self) { try small.submit(long, at: bench.now) }
    // One that was taken before the pages got fewer fails when they do.
    _ = small.open(epoch: Epoch(2), stages: stages, pageCount: 4)
    try small.submit(long, at: bench.now)
    let outputs = small.open(epoch: Epoch(3), stages: stages, pageCount: 3)
    guard case .failed(SequenceID(0), let error)? = outputs.first else {
      Issue.record("\(outputs)")
      return
    }
    #expect(error.code == .resourceExhausted)
    #expect(small.sequenceCount == 0)
  }
}
