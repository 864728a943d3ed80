package import Core

/// Takes the events of a run as they happen and keeps what its report needs, in constant memory.
///
/// A token counts in the window for the share of the gap before it in which the window was open, a first token as a
/// whole if the window is open when it comes: so a rate does not depend on where between two bursts of tokens the
/// window begins or ends. A gap counts if it ends in the window; a request's own latencies if it was due in it.
package struct LoadRecorder: Sendable {
  package private(set) var counts = RequestCounts()
  /// Of the whole run.
  package private(set) var tokens = TokenCounts()
  var meter: WindowMeter
  var window = WindowCounts()
  var latencies = Latencies()
  let start: Moment
  private let continuations: Int
  let objective: Objective?

  package init(start: Moment, meter: WindowMeter, continuations: Int = 1, objective: Objective? = nil) {
    self.start = start
    self.meter = meter
    self.continuations = continuations
    self.objective = objective
  }

  /// A request is due and cannot be sent, because as many as may be are in flight.
  package mutating func notSent(_ planned: PlannedRequest, due: Moment) {
    counts.due += 1
    counts.notSent += 1
    if meter.counts(dueAt: due) { window.due += 1 }
  }

  /// A request is on its way.
  package mutating func sent(_ planned: PlannedRequest, due: Moment, at moment: Moment) -> RequestProgress {
    let isCounted = meter.counts(dueAt: due)
    counts.due += 1
    counts.sent += 1
    if planned.isClipped { counts.clipped += 1 }
    if isCounted {
      window.due += 1
      latencies.sendDelay.record(nanoseconds: moment.nanoseconds(since: due))
    }
    return RequestProgress(planned, due: due, isCounted: isCounted, continuations: continuations)
  }

  /// Tokens of one continuation came, at least one.
  ///
  /// - Parameter isLast: none of this continuation follow.
  /// - Throws: INTERNAL for a continuation that nobody asked for.
  package mutating func received(
    _ count: Int, continuation: Int = 0, isLast: Bool = false, at moment: Moment, _ progress: inout RequestProgress
  ) throws(OctavoError) {
    guard progress.streams.indices.contains(continuation) else {
      throw OctavoError(.internal, "the router answers continuation \(continuation) of \(progress.streams.count)")
    }
    if count > 0 { add(count, to: continuation, at: moment, &progress) }
    if isLast { endDecoding(&progress, at: moment) }
  }

  private mutating func add(
    _ count: Int, to continuation: Int, at moment: Moment, _ progress: inout RequestProgress
  ) {
    let elapsed = meter.elapsed(at: moment)
    let isOpen = meter.isOpen(at: moment)
    if let (last, windowElapsed) = progress.streams[continuation] {
      let gap = moment.nanoseconds(since: last)
      let open = elapsed > windowElapsed ? elapsed - windowElapsed : 0
      window.generatedTokens += Double(count) * (gap == 0 ? (isOpen ? 1 : 0) : min(1, Double(open) / Double(gap)))
      add(gap: gap, isCounted: isOpen, to: &progress)
    } else {
      firstTokens(count, at: moment, isOpen: isOpen, &progress)
    }
    // Those that came together with one before.
    for _ in 1..<count { add(gap: 0, isCounted: isOpen, to: &progress) }
    progress.streams[continuation] = (moment, elapsed)
    progress.generatedTokens += count
    tokens.generated += count
    if !progress.isDecoding, progress.streams.allSatisfy({ $0 != nil }) {
      progress.isDecoding = true
      meter.decodingBegan(at: moment)
    }
  }

  private mutating func firstTokens(
    _ count: Int, at moment: Moment, isOpen: Bool, _ progress: inout RequestProgress
  ) {
    if isOpen { window.generatedTokens += Double(count) }
    guard progress.firstToken == nil else { return }
    progress.firstToken = moment
    tokens.prompt += progress.planned.promptTokens
    if isOpen { window.promptTokens += progress.planned.promptTokens }
    if progress.isCounted { latencies.firstToken.record(nanoseconds: moment.nanoseconds(since: progress.due)) }
  }

  private mutating func add(gap: UInt64, isCounted: Bool, to progress: inout RequestProgress) {
    progress.gapMax = max(progress.gapMax, gap)
    progress.gapSum += gap
    progress.gapCount += 1
    if isCounted { latencies.betweenTokens.record(nanoseconds: gap) }
  }

  private mutating func endDecoding(_ progress: inout RequestProgress, at moment: Moment) {
    guard progress.isDecoding else { return }
    progress.isDecoding = false
    meter.decodingEnded(at: moment)
  }

  /// A request is over, one way or the other.
  package mutating func ended(_ outcome: RequestOutcome, at moment: Moment, _ progress: inout RequestProgress) {
    let isOpen = meter.isOpen(at: moment)
    let asked = progress.planned.outputTokens * continuations
    counts.end(outcome, isShort: progress.generatedTokens < asked)
    endDecoding(&progress, at: moment)
    switch outcome {
    case .answered(let queueMs, let cachedTokens):
      tokens.cached += cachedTokens
      if isOpen { window.answered += 1 }
      if progress.isCounted { answered(progress, queueMs: queueMs, at: moment) }
    case .cancelled: if progress.isCounted { window.cancelled += 1 }
    case .failed: break
    }
  }

  private mutating func answered(_ progress: RequestProgress, queueMs: Double, at moment: Moment) {
    latencies.endToEnd.record(nanoseconds: moment.nanoseconds(since: progress.due))
    // The router may say anything, NaN included.
    latencies.queue.record(nanoseconds: queueMs >= 0 ? UInt64(min(queueMs, 1e9) * 1e6) : 0)
    if let objective, objective.isMet(by: progress.times(endedAt: moment)) { window.met += 1 }
  }

  /// A closed loop starts no more requests.
  package mutating func loadEnded(at moment: Moment) { meter.loadEnded(at: moment) }
}
