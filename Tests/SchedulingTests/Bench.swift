import Core
import Scheduling
import Testing

/// A scheduler and a pipeline that answers when it is told to: what tests of single decisions stand on.
struct Bench {
  var scheduler: Scheduler
  var now = Moment(nanoseconds: 0)
  var flying: [Microbatch] = []
  var outputs: [SchedulerOutput] = []
  /// What each stage takes for so many rows, in nanoseconds; empty: it does not say.
  var times: [@Sendable (Int) -> UInt64] = []
  private var nextSequence: UInt64 = 0

  init(
    stages: Int = 1, contextLength: Int = 64, sequencesMax: Int = 2, rowsMax: Int = 8, pageCount: Int? = nil,
    waitingMax: Int = 64, slowdownMax: Double = 2
  ) throws {
    scheduler = Scheduler(
      limits: try SchedulerLimits(
        capacity: StageCapacity(
          contextLength: contextLength, sequencesMax: sequencesMax, rowsMax: rowsMax, pageCount: pageCount),
        waitingMax: waitingMax, slowdownMax: slowdownMax, agingNs: 1_000))
    let ids = (0..<stages).map { StageID(instance: InstanceID("m/0"), index: $0) }
    outputs += scheduler.open(epoch: Epoch(1), stages: ids)
  }

  /// - Returns: the sequence.
  mutating func submit(
    _ prompt: [TokenID], maxTokens: Int = 4, tenant: String = "t", priority: Int = 0
  ) throws -> SequenceID {
    let sequence = SequenceID(nextSequence)
    nextSequence += 1
    try scheduler.submit(
      GenerationRequest(
        sequence: sequence, tenant: try TenantID(tenant), priority: priority, prompt: prompt, sampling: .greedy,
        maxTokens: maxTokens, stopIDs: []), at: now)
    return sequence
  }

  /// - Returns: the microbatches that leave.
  @discardableResult mutating func step() -> [Microbatch] {
    let (news, batches) = scheduler.step(at: now)
    outputs += news
    flying += batches
    return batches
  }

  /// The oldest microbatch comes back, with token 9 wherever one was to be sampled.
  mutating func complete() throws {
    let batch = flying.removeFirst()
    let tokens = batch.segments.filter(\.samples).map { segment in
      SampledToken(
        sequence: segment.sequence, position: segment.position + segment.tokens.count,
        choice: TokenLogprob(token: 9, logprob: 0), top: [])
    }
    let timings = times.map { StageTiming(runNs: $0(batch.rowCount)) }
    now = now.advanced(byNanoseconds: timings.reduce(0) { $0 + $1.runNs })
    outputs += try scheduler.complete(batch.id, epoch: Epoch(1), tokens: tokens, timings: timings, at: now)
  }

  /// Steps and completes until nothing is left to do, at most `rounds` times.
  mutating func drain(rounds: Int = 10_000) throws {
    for _ in 0..<rounds where scheduler.sequenceCount > 0 {
      step()
      if !flying.isEmpty { try complete() }
    }
    #expect(scheduler.sequenceCount == 0)
  }

  /// In the order of their admission.
  var admitted: [UInt64] {
    outputs.compactMap { if case .admitted(let sequence) = $0 { sequence.rawValue } else { nil } }
  }

  var preempted: [UInt64] {
    outputs.compactMap { if case .preempted(let sequence) = $0 { sequence.rawValue } else { nil } }
  }
}
