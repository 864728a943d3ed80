import Core
import Messages
import Scheduling
import Telemetry

/// Carries events between an instance's scheduler, its pipeline and the requests that wait for it.
actor InstanceDriver {
  /// A pipeline that is lost, or stands and brings nothing, for so long has its requests given up.
  private static let patience: Duration = .seconds(120)

  nonisolated let id: InstanceID
  private var scheduler: Scheduler
  private var link: PipelineLink?
  private var listeners: [SequenceID: Listener] = [:]
  private let clock: ProcessClock
  private var pushback = Pushback()
  private let gauges: InstanceGauges
  /// Why the last pipeline was lost.
  private var loss: OctavoError?
  private var nextSequence = SequenceID(0)
  private var impatience: Task<Void, Never>?
  private var progress = Progress()
  private(set) var finishedCount = 0
  private(set) var failedCount = 0

  /// Where the news of a sequence goes.
  private struct Listener {
    let events: RequestEvents
    let continuation: Int
    /// All of the request.
    let sequences: [SequenceID]
  }

  init(
    id: InstanceID, of model: ModelName, limits: SchedulerLimits, clock: ProcessClock, metrics: RouterMetrics
  ) {
    self.id = id
    gauges = InstanceGauges(id, of: model, metrics)
    self.clock = clock
    scheduler = Scheduler(limits: limits)
  }

  /// Whether requests are taken, and how many there are.
  var load: (isServing: Bool, requests: Int) {
    (link != nil, scheduler.sequenceCount)
  }
  var waitingCount: Int { scheduler.waitingCount }
  var runningCount: Int { scheduler.runningSequenceCount }

  /// Queues the continuations of a request.
  ///
  /// - Parameter events: takes what becomes of them.
  /// - Returns: their sequences, in order.
  /// - Throws: RESOURCE_EXHAUSTED when the queue is full, with a hint when to try again; UNAVAILABLE when the pipeline
  ///   was lost meanwhile.
  func submit(_ check: RequestCheck, _ id: RequestID, _ events: RequestEvents) throws(OctavoError) -> [SequenceID] {
    guard link != nil else { throw OctavoError(.unavailable, "\(self.id) has just lost its pipeline: try again") }
    let first = nextSequence.rawValue
    let sequences = (0..<check.continuations).map { SequenceID(first + UInt64($0)) }
    do throws(OctavoError) {
      try scheduler.submit(check.generationRequests(id, sequences), at: clock.now)
    } catch {
      throw pushback.hint(on: error)
    }
    nextSequence.rawValue += UInt64(sequences.count)
    for (index, sequence) in sequences.enumerated() {
      listeners[sequence] = Listener(events: events, continuation: index, sequences: sequences)
    }
    if impatience == nil { impatience = Task { await self.watch() } }
    pump()
    return sequences
  }

  /// Ends sequences at once, whether their client left or their text came to a stop string.
  func end(_ sequences: [SequenceID], isFailure: Bool) {
    for sequence in sequences { drop(sequence, isFailure: isFailure) }
    pump()
  }

  private func drop(_ sequence: SequenceID, isFailure: Bool) {
    guard let listener = listeners.removeValue(forKey: sequence) else { return }
    if isLast(listener) { listener.events.finish() }
    count(isFailure: isFailure)
    scheduler.cancel(sequence)
  }

  /// Whether no other continuation of its request goes on.
  private func isLast(_ listener: Listener) -> Bool { listener.sequences.allSatisfy { listeners[$0] == nil } }

  /// A pipeline stands: what runs is replayed through it.
  func joined(_ link: PipelineLink, stages: [StageID], on workers: [WorkerID], pageCount: Int) {
    self.link = link
    gauges.begin(stages, on: workers)
    progress.joins += 1
    tell(scheduler.open(epoch: link.epoch, stages: stages, pageCount: pageCount))
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
  func completed(_ response: ResultsResponse) throws(OctavoError) {
    gauges.record(response.timings, rows: scheduler.rows(of: response.microbatch))
    let outputs = try scheduler.complete(
      response.microbatch, epoch: response.epoch, tokens: response.tokens, scores: response.scores,
      timings: response.timings, at: clock.now)
    progress.completions += 1
    progress.tokens += outputs.count
    // The stages first: clients can wait for the frames to leave.
    pump()
    tell(outputs)
  }

  /// Ends every request.
  func giveUp(_ reason: OctavoError) {
    for (sequence, listener) in listeners {
      _ = listener.events.push(RequestEvent(continuation: listener.continuation, news: .failed(reason)))
      listener.events.finish()
      scheduler.cancel(sequence)
    }
    failedCount += listeners.count
    listeners = [:]
    pump()
  }

  private func pump() {
    guard let link else { return }
    let start = clock.now
    let step = scheduler.step(at: start)
    for microbatch in step.microbatches { link.send(microbatch) }
    gauges.stepped(scheduler, step.microbatches, nanoseconds: clock.now.nanoseconds(since: start))
    tell(step.outputs)
  }

  private func tell(_ outputs: [SchedulerOutput]) {
    for output in outputs { tell(output) }
  }

  private func tell(_ output: SchedulerOutput) {
    switch output {
    case .admitted(let sequence):
      pushback.admitted(at: clock.now)
      push(.admitted, to: sequence)
    case .started(let sequence, let cachedCount): push(.started(cachedCount: cachedCount), to: sequence)
    case .scores(let sequence, let scores): push(.scores(scores), to: sequence)
    case .preempted: break
    case .failed(let sequence, let error):
      push(.failed(error), to: sequence)
      settle(sequence, isFailure: true)
    case .token(let token, let finish):
      push(.token(token, finish: finish), to: token.sequence)
      if finish != nil { settle(token.sequence, isFailure: false) }
    }
  }

  /// A client that has fallen too far behind loses its request, not the others theirs.
  private func push(_ news: RequestEvent.News, to sequence: SequenceID) {
    guard let listener = listeners[sequence] else { return }
    let fits = listener.events.push(RequestEvent(continuation: listener.continuation, news: news))
    guard !fits else { return }
    for sequence in listener.sequences { drop(sequence, isFailure: true) }
  }

  /// A sequence that the scheduler has ended.
  private func settle(_ sequence: SequenceID, isFailure: Bool) {
    guard let listener = listeners.removeValue(forKey: sequence) else { return }
    if isLast(listener) { listener.events.finish() }
    count(isFailure: isFailure)
  }

  private func count(isFailure: Bool) {
    if isFailure { failedCount += 1 } else { finishedCount += 1 }
  }
}
