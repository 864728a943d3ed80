import Core
import Scheduling
import TestSupport
import Testing

/// A scheduler with a pipeline of stage models behind it, clients in front, and faults in between.
///
/// The model's next token is a function of all tokens before it, so an answer tells whether any row was lost,
/// repeated or mixed up on the way, or read from another's page.
struct PipelineWorld {
  struct Shape: Sendable {
    var stageCount: Int
    var sequencesMax = 6
    var rowsMax = 24
    var pageCount = 11
    var waitingMax = 6
    /// How many first tokens are told apart: the fewer, the more prefixes are shared.
    var variety: TokenID = 2
    var priorities = 0...2
    var tenants = 3
  }

  let shape: Shape
  let limits: SchedulerLimits
  var scheduler: Scheduler
  var random: SeededGenerator
  var now = Moment(nanoseconds: 0)
  var epoch = Epoch(0)
  var stages: [StageModel] = []
  /// Sent, not yet completed, oldest first.
  var flying: [Flown] = []
  var requests: [SequenceID: GenerationRequest] = [:]
  var answers: [SequenceID: [TokenID]] = [:]
  var scored: [SequenceID: [Int]] = [:]
  var finished: [SequenceID: FinishReason] = [:]
  var cancelled: Set<SequenceID> = []
  var admitted: Set<SequenceID> = []
  var refusedCount = 0
  var lossCount = 0
  var cachedTokens = 0
  var inFlightMost = 0

  struct Flown {
    var batch: MicrobatchID
    var epoch: Epoch
    var tokens: [SampledToken]
    var scores: [SampledToken]
    var rows: Int
  }

  init(seed: UInt64, _ shape: Shape) throws {
    random = SeededGenerator(seed: seed)
    self.shape = shape
    limits = try SchedulerLimits(
      capacity: StageCapacity(
        contextLength: 100, sequencesMax: shape.sequencesMax, rowsMax: shape.rowsMax, pageCount: shape.pageCount),
      waitingMax: shape.waitingMax, agingNs: 1_000_000)
    scheduler = Scheduler(limits: limits)
  }

  /// The token that follows `tokens`, by rule: any change of any of them changes it.
  static func next(after tokens: some Collection<TokenID>) -> TokenID {
    tokens.reduce(7) { ($0 &* 31 &+ $1 &+ 1) % 97 }
  }

  static func answer(to request: GenerationRequest) -> ([TokenID], FinishReason) {
    var tokens = request.prompt
    for _ in 0..<request.maxTokens {
      tokens.append(next(after: tokens))
      if request.stopIDs.contains(tokens[tokens.count - 1]) {
        return (Array(tokens.dropFirst(request.prompt.count)), .stop)
      }
    }
    return (Array(tokens.dropFirst(request.prompt.count)), .length)
  }

  mutating func open() {
    epoch.rawValue += 1
    flying = []
    let ids = (0..<shape.stageCount).map { StageID(instance: InstanceID("m/0"), index: $0) }
    stages = ids.map { StageModel(stage: $0, capacity: limits.capacity) }
    take(scheduler.open(epoch: epoch, stages: ids))
  }

  mutating func lose() {
    scheduler.lose()
    stages = []
    lossCount += 1
  }

  mutating func submit() {
    let prompt = makePrompt()
    let count = Int.random(in: 0..<10, using: &random) == 0 ? 3 : 1
    let tenant = Int.random(in: 0..<shape.tenants, using: &random)
    let scores = Int.random(in: 0..<8, using: &random) == 0
    let group = (0..<count).map { index in
      GenerationRequest(
        sequence: SequenceID(UInt64(requests.count + index)), tenant: try! TenantID("tenant \(tenant)"),
        priority: .random(in: shape.priorities, using: &random), prompt: prompt,
        sampling: SamplingParameters(
          temperature: 0, continuation: UInt32(index), promptLogprobs: scores && index == 0 ? 1 : nil),
        maxTokens: .random(in: 1...40, using: &random),
        stopIDs: Bool.random(using: &random) ? [.random(in: 0..<97, using: &random)] : [])
    }
    do {
      try scheduler.submit(group, at: now)
      for request in group { requests[request.sequence] = request }
    } catch {
      #expect(error.code == .resourceExhausted)
      refusedCount += 1
    }
  }

  /// Pages of the same few tokens, and an end of one's own.
  private mutating func makePrompt() -> [TokenID] {
    let pages = Int.random(in: 0...3, using: &random)
    var prompt: [TokenID] = []
    for _ in 0..<pages {
      let kind = TokenID.random(in: 0..<shape.variety, using: &random)
      prompt += (0..<16).map { ($0 &* 5 &+ kind) % 97 }
    }
    let own = Int.random(in: pages == 0 ? 1...12 : 0...12, using: &random)
    return prompt + (0..<own).map { _ in .random(in: 0..<97, using: &random) }
  }

  mutating func step() {
    now = now.advanced(byNanoseconds: .random(in: 0...50_000, using: &random))
    let (outputs, batches) = scheduler.step(at: now)
    take(outputs)
    for batch in batches { flying.append(run(batch)) }
    inFlightMost = max(inFlightMost, flying.count)
  }

  private mutating func run(_ batch: Microbatch) -> Flown {
    expect(batch.epoch == epoch, "a microbatch of another epoch")
    var passing = batch
    var answer = StageModel.Answer()
    for index in stages.indices {
      answer = stages[index].apply(passing)
      if index + 1 < stages.count { passing = passing.forwarded }
    }
    func sampled(_ pair: (SequenceID, Int), _ token: TokenID) -> SampledToken {
      SampledToken(
        sequence: pair.0, position: pair.1, choice: TokenLogprob(token: token, logprob: 0), top: [])
    }
    let last = stages[shape.stageCount - 1]
    return Flown(
      batch: batch.id, epoch: batch.epoch,
      tokens: answer.samples.map { sampled($0, Self.next(after: last.sequences[$0.0]?.tokens ?? [])) },
      scores: answer.scores.map { sampled($0, last.sequences[$0.0]?.tokens[$0.1] ?? 0) }, rows: batch.rowCount)
  }

  mutating func complete() throws {
    guard !flying.isEmpty else { return }
    now = now.advanced(byNanoseconds: .random(in: 0...50_000, using: &random))
    let oldest = flying.removeFirst()
    let timings = stages.indices.map { stage in
      StageTiming(runNs: UInt64(1_000 * (20 + oldest.rows * (stage + 1))), receivedBytes: 1)
    }
    take(
      try scheduler.complete(
        oldest.batch, epoch: oldest.epoch, tokens: oldest.tokens, scores: oldest.scores, timings: timings, at: now))
  }

  private mutating func take(_ outputs: [SchedulerOutput]) {
    for output in outputs {
      switch output {
      case .token(let token, let finish):
        expect(!cancelled.contains(token.sequence), "a token for a client that left")
        expect(finished[token.sequence] == nil, "a token after the end")
        expect(admitted.contains(token.sequence), "a token before the admission")
        answers[token.sequence, default: []].append(token.choice.token)
        if let finish { finished[token.sequence] = finish }
      case .scores(let sequence, let scores):
        expect(answers[sequence] == nil, "scores after the first token")
        for score in scores {
          expect(score.choice.token == requests[sequence]?.prompt[score.position], "the score of another token")
        }
        scored[sequence, default: []] += scores.map(\.position)
      case .admitted(let sequence): expect(admitted.insert(sequence).inserted, "admitted twice")
      case .started(_, let cachedCount): cachedTokens += cachedCount
      case .preempted(let sequence): expect(finished[sequence] == nil, "preempted after its end")
      case .failed(let sequence, let error):
        Issue.record("sequence \(sequence.rawValue) failed: \(error)")
      }
    }
  }

  /// One of the latest requests: most of the others are over.
  mutating func cancelAny() {
    let age = UInt64.random(in: 1...8, using: &random)
    guard requests.count >= 8 else { return }
    let id = SequenceID(UInt64(requests.count) - age)
    guard finished[id] == nil else { return }
    scheduler.cancel(id)
    cancelled.insert(id)
  }
}
