import Core
import DequeModule

/// Sequences that wait for admission.
///
/// The highest priority goes first; within one, the tenant that has had least; within a tenant, who came first.
/// Waiting long counts as priority, so nobody waits for ever behind later ones. Those that were cancelled stay in
/// line until they are reached or outnumber the rest.
struct WaitingQueue: Sendable {
  private let agingNs: UInt64
  private var lines: [Line: Deque<WaitingEntry>] = [:]
  private var live: [SequenceID: WaitingEntry] = [:]
  private var entryCount = 0
  private(set) var shares = TenantShares()

  fileprivate struct Line: Hashable {
    let priority: Int
    let tenant: TenantID
  }

  init(agingNs: UInt64) { self.agingNs = agingNs }

  var count: Int { live.count }

  mutating func append(_ entry: WaitingEntry) {
    shares.enter(entry.tenant)
    live[entry.sequence] = entry
    lines[Line(entry), default: []].append(entry)
    entryCount += 1
  }

  /// For one that was admitted before and had to give way.
  mutating func putFirst(_ entry: WaitingEntry) {
    shares.enter(entry.tenant)
    live[entry.sequence] = entry
    lines[Line(entry), default: []].prepend(entry)
    entryCount += 1
  }

  /// - Returns: whether it was waiting.
  mutating func remove(_ sequence: SequenceID) -> Bool {
    guard let entry = live.removeValue(forKey: sequence) else { return false }
    shares.leave(entry.tenant)
    if entryCount > 2 * live.count + 64 { compact() }
    return true
  }

  /// What a tenant has had, in tokens.
  mutating func charge(_ tenant: TenantID, _ tokens: Int) { shares.charge(tenant, tokens) }
  mutating func enter(_ tenant: TenantID) { shares.enter(tenant) }
  mutating func leave(_ tenant: TenantID) { shares.leave(tenant) }

  /// Who is next.
  mutating func first(at now: Moment) -> SequenceID? {
    var best: (entry: WaitingEntry, rank: Rank)?
    for (line, entries) in lines {
      guard let entry = front(of: line, entries) else { continue }
      let waited = now.nanoseconds(since: min(now, entry.arrival)) / agingNs
      let rank = Rank(
        level: line.priority + Int(clamping: min(waited, 1 << 32)), share: shares[line.tenant], arrival: entry.arrival,
        sequence: entry.sequence)
      if best.map({ rank < $0.rank }) ?? true { best = (entry, rank) }
    }
    guard let best else { return nil }
    shares.serve(best.entry.tenant)
    return best.entry.sequence
  }

  /// The first of a line that still waits, those before it dropped; an empty line is dropped as well.
  private mutating func front(of line: Line, _ entries: Deque<WaitingEntry>) -> WaitingEntry? {
    if let entry = entries.first, live[entry.sequence] == entry { return entry }
    var rest = entries
    while let entry = rest.first, live[entry.sequence] != entry {
      rest.removeFirst()
      entryCount -= 1
    }
    lines[line] = rest.isEmpty ? nil : rest
    return rest.first
  }

  private mutating func compact() {
    for (line, entries) in lines {
      let rest = entries.filter { live[$0.sequence] == $0 }
      lines[line] = rest.isEmpty ? nil : rest
    }
    entryCount = lines.values.reduce(0) { $0 + $1.count }
  }

  /// Less is earlier.
  private struct Rank: Comparable {
    let level: Int
    let share: UInt64
    let arrival: Moment
    let sequence: SequenceID

    static func < (left: Self, right: Self) -> Bool {
      if left.level != right.level { return left.level > right.level }
      return (left.share, left.arrival, left.sequence) < (right.share, right.arrival, right.sequence)
    }
  }
}

extension WaitingQueue.Line {
  fileprivate init(_ entry: WaitingEntry) { self.init(priority: entry.priority, tenant: entry.tenant) }
}
