import Core
import Testing

/// Cheaper than `#expect` where it holds, which is nearly always and millions of times.
func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
  if !holds { Issue.record(Comment(rawValue: what())) }
}

/// What a stage must believe after the microbatches it has seen: refuses whatever a real stage would refuse, and looks
/// into the pages.
struct StageModel {
  struct Sequence {
    var tokens: [TokenID]
    let promptCount: Int
    let scores: Bool
    var pages: [PageID] = []
    let cachedPages: Int
    var rowCount: Int
  }

  /// What a page holds: a digest of all tokens up to its end, once all its rows were written.
  struct Page {
    var holderCount = 0
    var content: Int?
    /// The microbatch that filled it.
    var filledBy: MicrobatchID?
  }

  let stage: StageID
  let capacity: StageCapacity
  var sequences: [SequenceID: Sequence] = [:]
  var pages: [Page]

  init(stage: StageID, capacity: StageCapacity) {
    self.stage = stage
    self.capacity = capacity
    pages = Array(repeating: Page(), count: capacity.pageCount)
  }

  var heldPageCount: Int { pages.count { $0.holderCount > 0 } }

  static func digest(_ tokens: some Collection<TokenID>) -> Int {
    tokens.reduce(17) { ($0 &* 1_000_003) ^ (Int($1) &+ 1) }
  }

  struct Answer {
    var samples: [(SequenceID, Int)] = []
    var scores: [(SequenceID, Int)] = []
  }

  /// Applies a microbatch and returns the samples and scores it asks for, with their positions.
  mutating func apply(_ batch: Microbatch) -> Answer {
    expect(batch.route.first?.stage == stage, "a microbatch on another stage's route")
    for id in batch.closings { close(id) }
    for opening in batch.openings { open(opening) }
    expect(sequences.count <= capacity.sequencesMax, "too many sequences")
    for grant in batch.route.first?.grants ?? [] { take(grant, batch.id) }
    expect(batch.rowCount <= capacity.rowsMax, "too many rows")
    expect(Set(batch.segments.map(\.sequence)).count == batch.segments.count, "two segments of one sequence")
    var answer = Answer()
    for segment in batch.segments { run(segment, batch.id, &answer) }
    return answer
  }

  private mutating func close(_ id: SequenceID) {
    guard let closed = sequences.removeValue(forKey: id) else {
      Issue.record("closed sequence \(id.rawValue) is not open")
      return
    }
    for page in closed.pages { pages[Int(page.rawValue)].holderCount -= 1 }
  }

  private mutating func open(_ opening: SequenceOpening) {
    expect(sequences[opening.sequence] == nil, "opened twice")
    expect(opening.cachedCount % Limits.tokensPerPage == 0, "half a page is cached")
    expect(opening.cachedCount < opening.tokens.count, "nothing is left to compute")
    sequences[opening.sequence] = Sequence(
      tokens: opening.tokens, promptCount: opening.promptCount, scores: opening.sampling.promptLogprobs != nil,
      cachedPages: opening.cachedCount / Limits.tokensPerPage, rowCount: opening.cachedCount)
  }

  private mutating func take(_ grant: PageGrant, _ batch: MicrobatchID) {
    guard var sequence = sequences[grant.sequence] else {
      Issue.record("pages for a sequence that is not open")
      return
    }
    for page in grant.pages {
      let place = sequence.pages.count
      if place < sequence.cachedPages {
        let held = pages[Int(page.rawValue)]
        let wanted = Self.digest(sequence.tokens.prefix((place + 1) * Limits.tokensPerPage))
        expect(held.content == wanted, "page \(page.rawValue) does not hold the prefix it is taken for")
        expect(held.filledBy != batch, "page \(page.rawValue) is filled by the microbatch that reads it")
      } else {
        expect(pages[Int(page.rawValue)].holderCount == 0, "page \(page.rawValue) is taken")
        pages[Int(page.rawValue)].content = nil
      }
      pages[Int(page.rawValue)].holderCount += 1
      sequence.pages.append(page)
    }
    sequences[grant.sequence] = sequence
  }

  private mutating func run(_ segment: Segment, _ batch: MicrobatchID, _ answer: inout Answer) {
    guard var sequence = sequences[segment.sequence] else {
      Issue.record("rows of a sequence that is not open")
      return
    }
    expect(!segment.tokens.isEmpty, "a segment without rows")
    expect(segment.position == sequence.rowCount, "rows do not continue")
    let end = segment.position + segment.tokens.count
    expect(end <= capacity.contextLength, "past the context")
    expect(sequence.pages.count >= StageCapacity.pages(of: end), "rows without pages")
    for (offset, token) in segment.tokens.enumerated() {
      let position = segment.position + offset
      if position < sequence.tokens.count {
        expect(sequence.tokens[position] == token, "row \(position) differs from its opening")
      } else {
        sequence.tokens.append(token)
      }
    }
    write(sequence, segment.position..<end, batch)
    expect(segment.samples == (end == sequence.tokens.count), "a sample is due after the last row, and only there")
    sequence.rowCount = end
    sequences[segment.sequence] = sequence
    if segment.samples { answer.samples.append((segment.sequence, end)) }
    if segment.scores {
      expect(sequence.scores && end <= sequence.promptCount, "scores of what is no prompt")
      for row in segment.position..<min(end, sequence.promptCount - 1) {
        answer.scores.append((segment.sequence, row + 1))
      }
    }
  }

  private mutating func write(_ sequence: Sequence, _ rows: Range<Int>, _ batch: MicrobatchID) {
    for position in rows {
      let index = position / Limits.tokensPerPage
      let page = Int(sequence.pages[index].rawValue)
      expect(index >= sequence.cachedPages && pages[page].holderCount == 1, "a row is written to a shared page")
      guard position % Limits.tokensPerPage == Limits.tokensPerPage - 1 else { continue }
      pages[page].content = Self.digest(sequence.tokens.prefix(position + 1))
      pages[page].filledBy = batch
    }
  }
}
