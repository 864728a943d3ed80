import Core
import Scheduling

/// Carries events between an instance's scheduler, its pipeline and the requests that wait for it.
actor InstanceDriver {
  /// A pipeline that is lost, or stands and brings nothing, for so long has its requests given up.
  private static let patience: Duration = .seconds(120)

  nonisolated let id: InstanceID
  private var scheduler: Scheduler
  private var link: PipelineLink?
  private var listeners: [SequenceID: AsyncStream<SequenceEvent>.Continuation] = [:]
  /// Why the last pipeline was lost.
  private var loss: OctavoError?
  private var nextSequence = SequenceID(0)
  private var impatience: Task<Void, Never>?
  private var progress = Progress()
  private(set) var finishedCount = 0
  private(set) var failedCount = 0

  init(id: InstanceID, limits: SchedulerLimits) {
    self.id = id
    scheduler = Scheduler(limits: limits)
  }

  /// Whether requests are taken, and how many there are.
  var load: (isServing: Bool, requests: Int) {
    (link != nil, scheduler.waitingCount + scheduler.runningCount)
  }
  var waitingCount: Int { scheduler.waitingCount }
  var runningCount: Int { scheduler.runningCount }

  /// Queues a request. Its events are at most one a token of the context, so their buffer needs no other limit.
  ///
  /// - Throws: RESOURCE_EXHAUSTED when the queue is full, UNAVAILABLE when the pipeline was lost meanwhile.
  func submit(_ check: RequestCheck) throws(OctavoError) -> (SequenceID, AsyncStream<SequenceEvent>) {
    guard link != nil else { throw OctavoError(.unavailable, "\(id) has just lost its pipeline: try again") }
    let sequence = nextSequence
    try scheduler.submit(
      GenerationRequest(
        sequence: sequence, prompt: check.prompt, sampling: check.sampling, maxTokens: check.maxTokens,
        stopIDs: check.stopIDs))
    nextSequence.rawValue += 1
    let (events, listener) = AsyncStream.makeStream(of: SequenceEvent.self)
    listeners[sequence] = listener
    if impatience == nil { impatience = Task { await self.watch() } }
    pump()
    return (sequence, events)
  }

  /// Ends a sequence at once, whether its client left or its text came to a stop string.
  func end(_ sequence: SequenceID, isFailure: Bool) {
    guard let listener = listeners.removeValue(forKey: sequence) else { return }
    listener.finish()
    count(isFailure: isFailure)
    scheduler.cancel(sequence)
    pump()
  }

  /// A pipeline stands: what runs is replayed through it.
  func joined(_ link: PipelineLink, stages: [StageID], pageCount: Int) {
    self.link = link
    progress.joins += 1
    scheduler.open(epoch: link.epoch, stages: stages, pageCount: pageCount)
    pump()
  }

  /// The pipeline is gone. Requests keep their tokens and wait for the next, for a while.
  func parted(_ epoch: Epoch, _ reason: OctavoError) {
    guard link?.epoch == epoch else { return }
    link = nil
    loss = reason
    scheduler.lose()
  }

  /// Looks again and again, while there are requests, whether anything came of them.
  private func watch() async {
    while !listeners.isEmpty {
      let before = progress
      try? await Task.sleep(for: Self.patience)
      guard !progress.isAdvanced(since: before) else { continue }
      giveUp(
        OctavoError(.unavailable, "\(id) brought no token for \(Self.patience): try again later", cause: loss))
      link?.close()
    }
    impatience = nil
  }

  /// A microbatch came out of the pipeline.
  ///
  /// - Throws: INTERNAL when it is not what was sent: the pipeline is to be given up.
  func completed(_ id: MicrobatchID, _ epoch: Epoch, _ tokens: [SampledToken]) throws(OctavoError) {
    let outputs = try scheduler.complete(id, epoch: epoch, tokens: tokens)
    progress.completions += 1
    progress.tokens += outputs.count
    for output in outputs { tell(output) }
    pump()
  }

  /// Ends every request.
  func giveUp(_ reason: OctavoError) {
    for (sequence, listener) in listeners {
      listener.yield(.failed(reason))
      listener.finish()
      scheduler.cancel(sequence)
    }
    failedCount += listeners.count
    listeners = [:]
    pump()
  }

  private func pump() {
    guard let link else { return }
    let step = scheduler.step()
    for output in step.outputs { tell(output) }
    for microbatch in step.microbatches { link.send(microbatch) }
  }

  private func tell(_ output: SchedulerOutput) {
    switch output {
    case .admitted(let sequence): listeners[sequence]?.yield(.admitted)
    case .token(let token, let finish):
      listeners[token.sequence]?.yield(.token(token, finish: finish))
      guard finish != nil, let listener = listeners.removeValue(forKey: token.sequence) else { return }
      listener.finish()
      count(isFailure: false)
    }
  }

  private func count(isFailure: Bool) {
    if isFailure { failedCount += 1 } else { finishedCount += 1 }
  }
}
