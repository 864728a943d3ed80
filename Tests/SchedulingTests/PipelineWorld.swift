import Core
import Scheduling
import TestSupport
import Testing

/// A scheduler with a pipeline of stage models behind it, clients in front, and faults in between.
///
/// The model's next token is a function of all tokens before it, so an answer tells whether any row was lost,
/// repeated or mixed up on the way.
struct PipelineWorld {
  var scheduler: Scheduler
  let limits: SchedulerLimits
  let stageCount: Int
  var random: SeededGenerator
  var epoch = Epoch(0)
  var stages: [StageModel] = []
  /// Sent, not yet completed, oldest first.
  var flying: [(batch: MicrobatchID, epoch: Epoch, tokens: [SampledToken])] = []
  var requests: [SequenceID: GenerationRequest] = [:]
  var answers: [SequenceID: [TokenID]] = [:]
  var finished: [SequenceID: FinishReason] = [:]
  var cancelled: Set<SequenceID> = []
  var refusedCount = 0
  var lossCount = 0
  var inFlightMost = 0

  init(seed: UInt64, stageCount: Int, inFlightMax: Int) throws {
    random = SeededGenerator(seed: seed)
    self.stageCount = stageCount
    limits = try SchedulerLimits(
      capacity: StageCapacity(contextLength: 100, sequencesMax: 4, rowsMax: 24), waitingMax: 6,
      inFlightMax: inFlightMax)
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
    let ids = (0..<stageCount).map { StageID(instance: InstanceID("m/0"), index: $0) }
    stages = ids.map { StageModel(stage: $0, capacity: limits.capacity) }
    scheduler.open(epoch: epoch, stages: ids)
  }

  mutating func lose() {
    scheduler.lose()
    stages = []
    lossCount += 1
  }

  mutating func submit() {
    let id = SequenceID(UInt64(requests.count))
    let promptCount = Int.random(in: 1...60, using: &random)
    let request = GenerationRequest(
      sequence: id, prompt: (0..<promptCount).map { _ in .random(in: 0..<97, using: &random) },
      sampling: .greedy, maxTokens: .random(in: 1...40, using: &random),
      stopIDs: Bool.random(using: &random) ? [.random(in: 0..<97, using: &random)] : [])
    do {
      try scheduler.submit(request)
      requests[id] = request
    } catch {
      #expect(error.code == .resourceExhausted)
      refusedCount += 1
    }
  }

  mutating func step() {
    let (_, batches) = scheduler.step()
    for batch in batches {
      expect(batch.epoch == epoch, "a microbatch of another epoch")
      var passing = batch
      var samples: [(SequenceID, Int)] = []
      for index in stages.indices {
        samples = stages[index].apply(passing)
        if index + 1 < stages.count { passing = passing.forwarded }
      }
      let tokens = samples.map { sequence, position in
        SampledToken(
          sequence: sequence, position: position,
          choice: TokenLogprob(
            token: Self.next(after: stages[stageCount - 1].sequences[sequence]?.tokens ?? []), logprob: 0), top: [])
      }
      flying.append((batch.id, batch.epoch, tokens))
    }
    inFlightMost = max(inFlightMost, flying.count)
  }

  mutating func complete() throws {
    guard !flying.isEmpty else { return }
    let oldest = flying.removeFirst()
    for output in try scheduler.complete(oldest.batch, epoch: oldest.epoch, tokens: oldest.tokens) {
      guard case .token(let token, let finish) = output else { continue }
      expect(!cancelled.contains(token.sequence), "a token for a client that left")
      expect(finished[token.sequence] == nil, "a token after the end")
      answers[token.sequence, default: []].append(token.choice.token)
      if let finish { finished[token.sequence] = finish }
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
