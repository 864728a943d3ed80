import Core
import Testing

/// Cheaper than `#expect` where it holds, which is nearly always and millions of times.
func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
  if !holds { Issue.record(Comment(rawValue: what())) }
}

/// What a stage must believe after the microbatches it has seen: refuses whatever a real stage would refuse.
struct StageModel {
  struct Sequence {
    var tokens: [TokenID]
    var pages: [PageID] = []
    var rowCount = 0
  }

  let stage: StageID
  let capacity: StageCapacity
  var sequences: [SequenceID: Sequence] = [:]
  var pagesTaken: Set<PageID> = []

  init(stage: StageID, capacity: StageCapacity) {
    self.stage = stage
    self.capacity = capacity
  }

  /// Applies a microbatch and returns the sequences to sample, with the position of each sample.
  mutating func apply(_ batch: Microbatch) -> [(SequenceID, Int)] {
    expect(batch.route.first?.stage == stage, "a microbatch on another stage's route")
    for id in batch.closings { close(id) }
    for opening in batch.openings {
      expect(sequences[opening.sequence] == nil, "opened twice")
      sequences[opening.sequence] = Sequence(tokens: opening.tokens)
    }
    expect(sequences.count <= capacity.sequencesMax, "too many sequences")
    for grant in batch.route.first?.grants ?? [] { take(grant) }
    expect(batch.rowCount <= capacity.rowsMax, "too many rows")
    expect(Set(batch.segments.map(\.sequence)).count == batch.segments.count, "two segments of one sequence")
    return batch.segments.compactMap { run($0) }
  }

  private mutating func close(_ id: SequenceID) {
    guard let closed = sequences.removeValue(forKey: id) else {
      Issue.record("closed sequence \(id.rawValue) is not open")
      return
    }
    pagesTaken.subtract(closed.pages)
  }

  private mutating func take(_ grant: PageGrant) {
    expect(sequences[grant.sequence] != nil, "pages for a sequence that is not open")
    for page in grant.pages {
      expect(page.rawValue < capacity.pageCount, "page \(page.rawValue) is none of the pool's")
      expect(pagesTaken.insert(page).inserted, "page \(page.rawValue) is taken")
    }
    sequences[grant.sequence]?.pages += grant.pages
  }

  private mutating func run(_ segment: Segment) -> (SequenceID, Int)? {
    guard var sequence = sequences[segment.sequence] else {
      Issue.record("rows of a sequence that is not open")
      return nil
    }
    expect(!segment.tokens.isEmpty, "a segment without rows")
    expect(segment.position == sequence.rowCount, "rows do not continue")
    let end = segment.position + segment.tokens.count
    expect(end <= capacity.contextLength, "past the context")
    expect(sequence.pages.count == (end + Limits.tokensPerPage - 1) / Limits.tokensPerPage, "pages do not match rows")
    for (offset, token) in segment.tokens.enumerated() {
      let position = segment.position + offset
      if position < sequence.tokens.count {
        expect(sequence.tokens[position] == token, "row \(position) differs from its opening")
      } else {
        sequence.tokens.append(token)
      }
    }
    expect(segment.samples == (end == sequence.tokens.count), "a sample is due after the last row, and only there")
    sequence.rowCount = end
    sequences[segment.sequence] = sequence
    return segment.samples ? (segment.sequence, end) : nil
  }
}
