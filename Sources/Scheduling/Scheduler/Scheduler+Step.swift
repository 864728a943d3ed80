package import Core
import DequeModule
import HeapModule

extension Scheduler {
  /// What to do now: who is admitted, and the microbatches to send, in order.
  package mutating func step(at now: Moment) -> (outputs: [SchedulerOutput], microbatches: [Microbatch]) {
    guard pipeline != nil else { return ([], []) }
    var outputs: [SchedulerOutput] = []
    var microbatches: [Microbatch] = []
    repeat {
      admit(at: now, &outputs)
    } while addMicrobatch(to: &microbatches, at: now, &outputs)
    return (outputs, microbatches)
  }

  /// Admits while a place is free and the pages of all that is known are there, one more for each that runs.
  private mutating func admit(at now: Moment, _ outputs: inout [SchedulerOutput]) {
    while runningCount < limits.capacity.sequencesMax, let id = waiting.first(at: now), let record = sequences[id],
      // A replay would sample once more what is on its way.
      record.resultsDue == 0
    {
      let shared = findShared(record)
      let pages = StageCapacity.pages(of: record.tokens.count) - shared.pages
      let left = availablePages - shared.idle - blocksOwed - pages
      guard left >= runningCount || runningCount == 0 else { return }
      startRunning(id, expectedShared: shared.pages)
      guard !record.isKnownAdmitted else { continue }
      sequences[id]!.isKnownAdmitted = true
      outputs.append(.admitted(id))
    }
  }

  /// The next microbatch: changes that the stages must know, then rows while there is room on the way.
  ///
  /// - Returns: whether there was one.
  private mutating func addMicrobatch(
    to microbatches: inout [Microbatch], at now: Moment, _ outputs: inout [SchedulerOutput]
  ) -> Bool {
    let spread = pipeline!.pace.microbatches(decoding: decodingCount)
    var draft = Draft(route: pipeline!.stages, spread: spread)
    if pipeline!.inFlightWithRows < inFlightWanted(spread) {
      makeRoomForUrgent(&draft)
      addDecodes(to: &draft)
      addPrompts(to: &draft)
    }
    outputs += draft.outputs
    guard draft.rows > 0 || !closing.isEmpty else { return false }
    microbatches.append(seal(draft, at: now))
    return true
  }

  private func inFlightWanted(_ decodes: Int) -> Int {
    guard promptRowsReady > 0 else { return min(limits.inFlightMax, decodes) }
    // One more than there are stages, so that the first finds its next one there. In a single stage that would be a
    // second one between any two with the rows that decode.
    let stages = pipeline!.stages.count
    return min(limits.inFlightMax, max(decodes, stages == 1 && decodingCount > 0 ? 1 : stages + 1))
  }

  private mutating func seal(_ draft: Draft, at now: Moment) -> Microbatch {
    let id = pipeline!.nextMicrobatch
    pipeline!.nextMicrobatch.rawValue += 1
    pipeline!.inFlightWithRows += draft.rows > 0 ? 1 : 0
    pipeline!.inFlight[id] = InFlight(
      sampling: draft.sampling, scoring: draft.scoring, rows: draft.rows, sent: now)
    statistics.rows += draft.rows
    let microbatch = Microbatch(
      id: id, epoch: pipeline!.epoch, route: draft.route, closings: closing, openings: draft.openings,
      segments: draft.segments)
    closing = []
    for segment in draft.segments { publishBlocks(of: segment.sequence) }
    return microbatch
  }
}
