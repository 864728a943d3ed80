package import Core

extension Scheduler {
  /// What to do now: whom to admit, and the microbatches to send, in order.
  package mutating func step() -> (outputs: [SchedulerOutput], microbatches: [Microbatch]) {
    guard pipeline != nil else { return ([], []) }
    let outputs = admit()
    var microbatches: [Microbatch] = []
    while let microbatch = nextMicrobatch() { microbatches.append(microbatch) }
    return (outputs, microbatches)
  }

  /// Admits in order of arrival while a place is free and the pages of a whole life can be promised.
  private mutating func admit() -> [SchedulerOutput] {
    var outputs: [SchedulerOutput] = []
    while let request = waiting.first, running.count < limits.capacity.sequencesMax {
      let sequence = RunningSequence(request, stageCount: pipeline?.stages.count ?? 0)
      guard reservedPages + sequence.pagesMax <= limits.capacity.pageCount else { break }
      waiting.removeFirst()
      reservedPages += sequence.pagesMax
      running[request.sequence] = sequence
      order.append(request.sequence)
      outputs.append(.admitted(request.sequence))
    }
    return outputs
  }

  /// The next microbatch: changes that the stages must know, then rows while there is room in flight.
  private mutating func nextMicrobatch() -> Microbatch? {
    guard var pipeline else { return nil }
    let rows = pipeline.inFlightWithRows < limits.inFlightMax ? chooseRows() : []
    guard !rows.isEmpty || !closing.isEmpty else { return nil }

    var batch = Microbatch(
      id: pipeline.nextMicrobatch, epoch: pipeline.epoch, route: pipeline.stages.map { Hop(stage: $0, grants: []) })
    release(into: &batch, &pipeline)
    for (sequence, count) in rows { send(sequence, rows: count, in: &batch, &pipeline) }

    let sampling = batch.segments.filter(\.samples).map(\.sequence)
    pipeline.inFlight[batch.id] = InFlight(sampling: sampling, hasRows: !rows.isEmpty)
    pipeline.inFlightWithRows += rows.isEmpty ? 0 : 1
    pipeline.nextMicrobatch.rawValue += 1
    self.pipeline = pipeline
    return batch
  }

  /// Decoding sequences first, one row each, so that a long prompt never holds them up; then prompts, in chunks.
  private func chooseRows() -> [(SequenceID, Int)] {
    var rowsLeft = limits.capacity.rowsMax
    var chosen: [(SequenceID, Int)] = []
    for isDecoding in [true, false] {
      for id in order {
        guard let ready = running[id]?.rowsReady, ready > 0, (ready == 1) == isDecoding, rowsLeft > 0 else { continue }
        let count = min(ready, rowsLeft)
        chosen.append((id, count))
        rowsLeft -= count
      }
    }
    return chosen
  }

  /// Tells the stages what ended; from here on its pages are free.
  private mutating func release(into batch: inout Microbatch, _ pipeline: inout Pipeline) {
    for sequence in closing {
      batch.closings.append(sequence.request.sequence)
      for (stage, pages) in sequence.pages.enumerated() { pipeline.pools[stage].give(back: pages) }
    }
    closing = []
  }

  /// Adds a sequence's next rows, its opening if the stages do not know it, and the pages the rows need.
  private mutating func send(
    _ id: SequenceID, rows count: Int, in batch: inout Microbatch, _ pipeline: inout Pipeline
  ) {
    guard var sequence = running[id] else { return }
    if !sequence.isOpen {
      batch.openings.append(
        SequenceOpening(sequence: id, sampling: sequence.request.sampling, tokens: sequence.tokens))
      sequence.isOpen = true
    }
    let end = sequence.sentCount + count
    for stage in pipeline.stages.indices {
      let missing = RunningSequence.pageCount(rows: end) - sequence.pages[stage].count
      guard missing > 0 else { continue }
      let pages = pipeline.pools[stage].take(missing)
      sequence.pages[stage].append(contentsOf: pages)
      batch.route[stage].grants.append(PageGrant(sequence: id, pages: pages))
    }
    batch.segments.append(
      Segment(
        sequence: id, position: sequence.sentCount, tokens: Array(sequence.tokens[sequence.sentCount..<end]),
        samples: end == sequence.tokens.count))
    sequence.sentCount = end
    running[id] = sequence
  }
}
