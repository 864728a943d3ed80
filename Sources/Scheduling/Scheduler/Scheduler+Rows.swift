import Core
import DequeModule
import HeapModule

extension Scheduler {
  /// One row of each sequence that decodes, the longest ready first, spread evenly over the microbatches on their way.
  mutating func addDecodes(to draft: inout Draft) {
    let rowsMax = min(limits.capacity.rowsMax, decodeRows(spread: draft.spread))
    var unlucky: [Ticket] = []
    while draft.rows < rowsMax, let ticket = decodes.popFirst() {
      guard isLive(ticket) else { continue }
      if makeRoom(for: ticket, rows: 1, &draft) > 0 {
        send(ticket.sequence, rows: 1, &draft)
      } else {
        unlucky.append(ticket)
      }
    }
    for ticket in unlucky.reversed() { decodes.prepend(ticket) }
  }

  /// Rows of prompts, the most urgent first, as many as leave the decoding rows their pace.
  mutating func addPrompts(to draft: inout Draft) {
    var rowsLeft = promptRowsMax(besides: draft)
    while rowsLeft > 0, let ticket = prompts.popMax() {
      guard isLive(ticket) else { continue }
      let wanted = min(rowsLeft, chunk(of: sequences[ticket.sequence]!))
      let rows = makeRoom(for: ticket, rows: wanted, &draft)
      if rows > 0 { send(ticket.sequence, rows: rows, &draft) }
      rowsLeft -= rows
      guard sequences[ticket.sequence]!.rowsReady == 0 else { return prompts.insert(ticket) }
    }
  }

  private func promptRowsMax(besides draft: Draft) -> Int {
    guard promptRowsReady > 0 else { return 0 }
    // A microbatch without decoding rows holds up those of the next one.
    let decodeRows = min(limits.capacity.rowsMax, max(draft.rows, decodeRows(spread: draft.spread)))
    let chunk = pipeline!.pace.chunkRows(besides: decodeRows, promptRows: promptRowsReady)
    return min(chunk, limits.capacity.rowsMax - draft.rows)
  }

  private func decodeRows(spread: Int) -> Int { (decodingCount + spread - 1) / spread }

  /// Rows that may stand in one segment: up to the end of what was scored before, or of what is to be scored.
  private func chunk(of record: SequenceRecord) -> Int {
    let (sent, ready) = (record.run!.sentCount, record.rowsReady)
    guard record.request.sampling.promptLogprobs != nil else { return ready }
    // The row before a token scores it.
    let scored = record.scoredCount - 1
    if sent < scored { return min(ready, scored - sent) }
    let promptCount = record.request.prompt.count
    return sent < promptCount ? min(ready, promptCount - sent) : ready
  }

  /// Adds a sequence's next rows, its opening if the stages do not know it, and the pages that are new to them.
  private mutating func send(_ id: SequenceID, rows count: Int, _ draft: inout Draft) {
    guard var record = takeOut(id) else { return }
    if !record.run!.isOpen { open(&record, &draft) }
    grant(&record, &draft)
    addSegment(&record, rows: count, &draft)
    putBack(record)
    draft.members.insert(id)
    draft.rows += count
    waiting.charge(record.request.tenant, count)
  }

  private mutating func open(_ record: inout SequenceRecord, _ draft: inout Draft) {
    record.run!.isOpen = true
    let (request, cached) = (record.request, record.run!.cachedCount)
    draft.openings.append(
      SequenceOpening(
        sequence: request.sequence, request: request.id, sampling: request.sampling, tokens: record.tokens,
        promptCount: request.prompt.count, cachedCount: cached))
    draft.outputs.append(.started(request.sequence, cachedCount: cached))
    guard request.sharesPrefixes else { return }
    statistics.prefixTokensQueried += record.tokens.count
    statistics.prefixTokensHit += cached
  }

  private func grant(_ record: inout SequenceRecord, _ draft: inout Draft) {
    let new = record.run!.blocks[record.run!.grantedCount...]
    guard !new.isEmpty else { return }
    let pages = new.map { pipeline!.cache.pages(of: $0) }
    for stage in draft.route.indices {
      draft.route[stage].grants.append(
        PageGrant(sequence: record.request.sequence, pages: pages.map { $0[stage] }))
    }
    record.run!.grantedCount = record.run!.blocks.count
  }

  private func addSegment(_ record: inout SequenceRecord, rows count: Int, _ draft: inout Draft) {
    let (id, start) = (record.request.sequence, record.run!.sentCount)
    let end = start + count
    let samples = end == record.tokens.count
    let scored = scoredPositions(of: record, rows: start..<end)
    draft.segments.append(
      Segment(
        sequence: id, position: start, tokens: Array(record.tokens[start..<end]), samples: samples,
        scores: scored != nil))
    record.run!.sentCount = end
    if samples {
      draft.sampling.append(id)
      record.run!.isDecoding = true
    }
    if let scored { draft.scoring.append(Scoring(sequence: id, positions: scored)) }
    record.resultsDue += samples || scored != nil ? 1 : 0
  }

  /// Tokens of the prompt that rows score: each that after it; what was scored before an opening anew is not again.
  private func scoredPositions(of record: SequenceRecord, rows: Range<Int>) -> Range<Int>? {
    let end = min(rows.upperBound + 1, record.request.prompt.count)
    guard record.request.sampling.promptLogprobs != nil, rows.lowerBound + 1 >= record.scoredCount,
      rows.lowerBound + 1 < end
    else { return nil }
    return rows.lowerBound + 1..<end
  }
}
