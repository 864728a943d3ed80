import Core
import Scheduling

/// What the scheduler costs a token, with so many sequences that decode.
enum SchedulerCost {
  private static let rowsMax = 256
  private static let rounds = 7

  /// The median of some rounds, in nanoseconds a token.
  static func nanosecondsPerToken(sequences: Int) throws -> Double {
    var scheduler = Scheduler(
      limits: try SchedulerLimits(
        capacity: StageCapacity(contextLength: 1 << 20, sequencesMax: sequences, rowsMax: rowsMax, pageCount: 1 << 21),
        waitingMax: sequences))
    _ = scheduler.open(epoch: Epoch(1), stages: [StageID(instance: InstanceID("m/0"), index: 0)])
    for index in 0..<sequences {
      try scheduler.submit(
        GenerationRequest(
          sequence: SequenceID(UInt64(index)), prompt: [TokenID(index)], sampling: .greedy, maxTokens: 1 << 19,
          stopIDs: []), at: Moment(nanoseconds: 0))
    }
    var world = World(scheduler: scheduler)
    try world.run(tokens: 4 * sequences)
    let tokens = max(50_000, 4 * sequences)
    var samples: [Double] = []
    for _ in 0..<rounds {
      let start = ContinuousClock.now
      try world.run(tokens: tokens)
      samples.append((ContinuousClock.now - start) / .nanoseconds(1) / Double(tokens))
    }
    return samples.sorted()[rounds / 2]
  }

  /// A pipeline that answers at once.
  private struct World {
    var scheduler: Scheduler
    var now = Moment(nanoseconds: 0)

    mutating func run(tokens: Int) throws {
      var left = tokens
      while left > 0 {
        let batches = scheduler.step(at: now).microbatches
        precondition(!batches.isEmpty, "the scheduler has nothing to do")
        now = now.advanced(byNanoseconds: 1_000)
        for batch in batches {
          let sampled = batch.segments.filter(\.samples).map { segment in
            SampledToken(
              sequence: segment.sequence, position: segment.position + segment.tokens.count,
              choice: TokenLogprob(token: 9, logprob: 0), top: [])
          }
          left -= sampled.count
          _ = try scheduler.complete(
            batch.id, epoch: batch.epoch, tokens: sampled, timings: [StageTiming(runNs: 1_000)], at: now)
        }
      }
    }
  }
}
