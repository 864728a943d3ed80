import Core
import HeapModule

extension Scheduler {
  /// Gives a sequence the pages for its next rows. Where none are left, those that rank below it give way.
  ///
  /// - Returns: the rows that it has pages for.
  mutating func makeRoom(for ticket: Ticket, rows: Int, _ draft: inout Draft) -> Int {
    let start = sequences[ticket.sequence]!.run!.sentCount
    let wanted = StageCapacity.pages(of: start + rows)
    while sequences[ticket.sequence]!.run!.blocks.count < wanted {
      if let block = pipeline!.cache.make() {
        change(ticket.sequence) { $0.run!.blocks.append(block) }
      } else if !takePages(for: ticket, &draft) {
        break
      }
    }
    return max(0, min(rows, sequences[ticket.sequence]!.run!.blocks.count * Limits.tokensPerPage - start))
  }

  /// Room first for whom the last microbatch left without, because those below it had rows there already.
  mutating func makeRoomForUrgent(_ draft: inout Draft) {
    guard let ticket = urgent else { return }
    urgent = nil
    guard isLive(ticket), sequences[ticket.sequence]!.rowsReady > 0 else { return }
    _ = makeRoom(for: ticket, rows: min(sequences[ticket.sequence]!.rowsReady, Limits.tokensPerPage), &draft)
  }

  /// Has the lowest sequence give way, if it ranks below `ticket` and has no rows in the draft.
  ///
  /// - Returns: whether one did. The lowest of all waits for pages without giving up its own.
  private mutating func takePages(for ticket: Ticket, _ draft: inout Draft) -> Bool {
    var spared: [Ticket] = []
    defer { for ticket in spared { ranks.insert(ticket) } }
    while let lowest = ranks.min, lowest < ticket {
      ranks.removeMin()
      guard isLive(lowest) else { continue }
      guard !draft.members.contains(lowest.sequence) else {
        spared.append(lowest)
        continue
      }
      preempt(lowest.sequence)
      statistics.preemptions += 1
      draft.outputs.append(.preempted(lowest.sequence))
      return true
    }
    if !spared.isEmpty { urgent = max(urgent ?? ticket, ticket) }
    return false
  }
}
