import Core
import HeapModule
import DequeModule

extension Scheduler {
  /// Changes a sequence, and with it the sums over all of them.
  mutating func change(_ sequence: SequenceID, _ body: (inout SequenceRecord) -> Void) {
    guard var record = takeOut(sequence) else { return }
    body(&record)
    putBack(record)
  }

  /// Takes a sequence out of the table and of the sums, to be changed and put back.
  mutating func takeOut(_ sequence: SequenceID) -> SequenceRecord? {
    guard let record = sequences.removeValue(forKey: sequence) else { return nil }
    blocksOwed -= record.blocksMissing
    promptRowsReady -= record.isPromptReady ? record.rowsReady : 0
    decodingCount -= record.isDecoding ? 1 : 0
    return record
  }

  mutating func putBack(_ record: SequenceRecord) {
    blocksOwed += record.blocksMissing
    promptRowsReady += record.isPromptReady ? record.rowsReady : 0
    decodingCount += record.isDecoding ? 1 : 0
    sequences[record.request.sequence] = record
  }

  /// A sequence leaves the queue and holds what it finds among the prefixes.
  mutating func startRunning(_ sequence: SequenceID, expectedShared: Int) {
    guard let request = sequences[sequence]?.request else { return }
    admissions += 1
    let admission = admissions
    // In this order, lest a tenant be forgotten in between.
    waiting.enter(request.tenant)
    _ = waiting.remove(sequence)
    runningCount += 1
    change(sequence) { record in
      record.run = SequenceRecord.Run(admission: admission)
      record.run?.sharedCountExpected = expectedShared
      record.run?.place = request.sharesPrefixes ? .root(request.tenant) : nil
    }
    ranks.insert(Ticket(priority: request.priority, admission: admission, sequence: sequence))
    seekPrefix(of: sequence)
  }

  /// A running sequence gives back all it holds, and the stages will be told. Its record stays.
  mutating func stopRunning(_ sequence: SequenceID) {
    guard let record = sequences[sequence], let run = record.run else { return }
    runningCount -= 1
    waiting.leave(record.request.tenant)
    change(sequence) { $0.run = nil }
    if run.isOpen { closing.append(sequence) }
    if let awaited = run.awaited { pipeline?.cache.stopWaiting(sequence, for: awaited) }
    let woken = pipeline?.cache.breakPromises(run.promises) ?? []
    for block in run.blocks.reversed() { pipeline?.cache.release(block) }
    for other in woken { seekPrefix(of: other) }
    dropDeadTickets()
  }

  /// Lines hold at most about two tickets for each sequence that runs.
  private mutating func dropDeadTickets() {
    let most = 2 * runningCount + 64
    if ranks.count > most { ranks = Heap(ranks.unordered.filter { isLive($0) }) }
    if prompts.count > most { prompts = Heap(prompts.unordered.filter { isLive($0) }) }
    if decodes.count > most { decodes = decodes.filter { isLive($0) } }
  }

  /// A running sequence gives way and waits again, first in its line.
  mutating func preempt(_ sequence: SequenceID) {
    guard let record = sequences[sequence], record.run != nil else { return }
    waiting.putFirst(entry(of: record.request, arrival: record.arrival))
    stopRunning(sequence)
  }

  func isLive(_ ticket: Ticket) -> Bool { sequences[ticket.sequence]?.run?.admission == ticket.admission }

  func ticket(of sequence: SequenceID) -> Ticket? {
    guard let record = sequences[sequence], let run = record.run else { return nil }
    return Ticket(priority: record.request.priority, admission: run.admission, sequence: sequence)
  }
}

extension SequenceRecord {
  /// Whether its rows are those of a prompt, or of tokens that are replayed, and may leave.
  fileprivate var isPromptReady: Bool {
    guard let run else { return false }
    return !run.isDecoding && run.awaited == nil
  }

  /// Whether rows of it are still to come, one at a time.
  fileprivate var isDecoding: Bool {
    (run?.isDecoding ?? false) && (rowsReady > 0 || generatedCount + 1 < request.maxTokens)
  }
}

extension SchedulerOutput {
  /// Whom it is about.
  var sequence: SequenceID {
    switch self {
    case .admitted(let sequence), .started(let sequence, _), .preempted(let sequence), .scores(let sequence, _),
      .failed(let sequence, _):
      sequence
    case .token(let token, _): token.sequence
    }
  }
}
