internal import Core

/// What a microbatch would make of a table: only the sequences it names are looked at.
struct TableDraft {
  let table: SequenceTable
  private var closed: Set<SequenceID> = []
  private var pages: PageDraft
  private var sketches: [SequenceID: SequenceSketch] = [:]

  init(_ table: SequenceTable) {
    self.table = table
    pages = PageDraft(table.pages)
  }

  mutating func close(_ closings: [SequenceID]) throws(OctavoError) {
    for sequence in closings {
      guard let state = table.sequences[sequence], closed.insert(sequence).inserted else {
        throw .invalid("closing of sequence \(sequence.rawValue)", "not open", "close what is open, once")
      }
      pages.release(state.pages)
    }
  }

  mutating func open(_ openings: [SequenceOpening]) throws(OctavoError) {
    let open = table.sequences.count - closed.count + openings.count
    guard open <= table.capacity.sequencesMax else {
      throw OctavoError(
        .resourceExhausted, "\(open) sequences would be open: the stage has room for \(table.capacity.sequencesMax)")
    }
    for opening in openings {
      guard sketch(opening.sequence) == nil else {
        throw .invalid("opening of sequence \(opening.sequence.rawValue)", "open already", "close it first")
      }
      try table.check(opening)
      sketches[opening.sequence] = SequenceSketch(opening)
    }
  }

  mutating func grant(_ grants: [PageGrant]) throws(OctavoError) {
    let most = table.capacity.pagesOfContext
    for grant in grants {
      let field = "grant to sequence \(grant.sequence.rawValue)"
      guard var sketch = sketch(grant.sequence) else { throw .invalid(field, "not open", "open it first") }
      let cached = grant.pages.prefix(sketch.cachedPagesMissing)
      guard cached.count == sketch.cachedPagesMissing else {
        throw .invalid(field, "\(grant.pages.count) pages", "\(sketch.cachedPagesMissing) cached ones come first")
      }
      try pages.hold(cached, field)
      try pages.own(grant.pages.dropFirst(cached.count), field)
      sketch.cachedPagesMissing = 0
      sketch.pageCount += grant.pages.count
      guard sketch.pageCount <= most else {
        throw .invalid(field, "\(sketch.pageCount) pages", "a sequence has at most \(most)")
      }
      sketches[grant.sequence] = sketch
    }
  }

  /// Until it is granted them, nobody holds cached pages for a sequence: they come with its opening.
  func checkCachedPages(of openings: [SequenceOpening]) throws(OctavoError) {
    for opening in openings where sketches[opening.sequence]!.cachedPagesMissing > 0 {
      throw .invalid(
        "opening of sequence \(opening.sequence.rawValue)", "\(opening.cachedCount) cached positions without pages",
        "grant their pages with it")
    }
  }

  mutating func run(_ segments: [Segment]) throws(OctavoError) {
    var rows = 0
    for segment in segments {
      let field = "segment of sequence \(segment.sequence.rawValue)"
      guard var sketch = sketch(segment.sequence) else { throw .invalid(field, "not open", "open it first") }
      try table.check(segment, of: sketch)
      sketch.length += segment.tokens.count
      sketches[segment.sequence] = sketch
      rows += segment.tokens.count
      guard rows <= table.capacity.rowsMax else {
        throw OctavoError(
          .resourceExhausted, "a microbatch of at least \(rows) rows: the stage takes \(table.capacity.rowsMax)")
      }
    }
  }

  private func sketch(_ sequence: SequenceID) -> SequenceSketch? {
    if let sketch = sketches[sequence] { return sketch }
    guard !closed.contains(sequence), let state = table.sequences[sequence] else { return nil }
    return SequenceSketch(state)
  }
}
