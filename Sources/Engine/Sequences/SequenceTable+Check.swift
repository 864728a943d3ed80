internal import Core

extension SequenceTable {
  /// - Throws: INVALID_ARGUMENT for whatever contradicts the stage's state or leaves its bounds;
  ///   RESOURCE_EXHAUSTED past the stage's capacity. Nothing has changed then.
  func check(_ microbatch: Microbatch) throws(OctavoError) {
    guard let hop = microbatch.route.first, hop.stage == stage else {
      let seen = microbatch.route.first.map { "\($0.stage)" } ?? "empty"
      throw .invalid("route of microbatch \(microbatch.id.rawValue)", seen, "it must start at stage \(stage)")
    }
    var draft = Draft(self)
    try draft.close(microbatch.closings)
    try draft.open(microbatch.openings)
    try draft.grant(hop.grants)
    try draft.run(microbatch.segments)
  }
}

/// What a microbatch would make of a table: only the sequences it names are looked at.
private struct Draft {
  /// A sequence as far as the checks need it. `tokens` are those known before this microbatch's rows: what a
  /// row adds is never looked at again, since the next row lies past it.
  struct Sketch {
    let tokens: [TokenID]
    var length: Int
    var pageCount: Int
  }

  let table: SequenceTable
  private var closed: Set<SequenceID> = []
  private var freed: Set<UInt32> = []
  private var granted: Set<UInt32> = []
  private var sketches: [SequenceID: Sketch] = [:]

  init(_ table: SequenceTable) { self.table = table }

  mutating func close(_ closings: [SequenceID]) throws(OctavoError) {
    for sequence in closings {
      guard let state = table.sequences[sequence], closed.insert(sequence).inserted else {
        throw .invalid("closing of sequence \(sequence.rawValue)", "not open", "close what is open, once")
      }
      freed.formUnion(state.pages)
    }
  }

  mutating func open(_ openings: [SequenceOpening]) throws(OctavoError) {
    let open = table.sequences.count - closed.count + openings.count
    guard open <= table.capacity.sequencesMax else {
      throw OctavoError(
        .resourceExhausted, "\(open) sequences would be open: the stage has room for \(table.capacity.sequencesMax)")
    }
    for opening in openings {
      let field = "opening of sequence \(opening.sequence.rawValue)"
      guard sketch(opening.sequence) == nil else {
        throw .invalid(field, "open already", "close it first")
      }
      try opening.sampling.validate()
      let limit = table.capacity.contextLength
      guard (1...limit).contains(opening.tokens.count) else {
        throw .invalid(field, "of \(opening.tokens.count) tokens", "give 1 to \(limit)")
      }
      try checkTokens(opening.tokens, field)
      sketches[opening.sequence] = Sketch(tokens: opening.tokens, length: 0, pageCount: 0)
    }
  }

  mutating func grant(_ grants: [PageGrant]) throws(OctavoError) {
    let most = (table.capacity.contextLength + Limits.tokensPerPage - 1) / Limits.tokensPerPage
    for grant in grants {
      let field = "grant to sequence \(grant.sequence.rawValue)"
      guard var sketch = sketch(grant.sequence) else { throw .invalid(field, "not open", "open it first") }
      for page in grant.pages { try take(page.rawValue, field) }
      sketch.pageCount += grant.pages.count
      guard sketch.pageCount <= most else {
        throw .invalid(field, "\(sketch.pageCount) pages", "a sequence has at most \(most)")
      }
      sketches[grant.sequence] = sketch
    }
  }

  private mutating func take(_ page: UInt32, _ field: String) throws(OctavoError) {
    guard Int(page) < table.pageIsFree.count else {
      throw .invalid(field, "page \(page)", "the stage has \(table.pageIsFree.count) pages")
    }
    guard table.pageIsFree[Int(page)] || freed.contains(page), granted.insert(page).inserted else {
      throw .invalid(field, "page \(page)", "it belongs to a sequence already")
    }
  }

  mutating func run(_ segments: [Segment]) throws(OctavoError) {
    var rows = 0
    for segment in segments {
      try check(segment)
      rows += segment.tokens.count
      guard rows <= table.capacity.rowsMax else {
        throw OctavoError(
          .resourceExhausted, "a microbatch of at least \(rows) rows: the stage takes \(table.capacity.rowsMax)")
      }
    }
  }

  private mutating func check(_ segment: Segment) throws(OctavoError) {
    let field = "segment of sequence \(segment.sequence.rawValue)"
    guard var sketch = sketch(segment.sequence) else { throw .invalid(field, "not open", "open it first") }
    guard segment.position == sketch.length else {
      throw .invalid(field, "at position \(segment.position)", "the next position is \(sketch.length)")
    }
    guard !segment.tokens.isEmpty else { throw .invalid(field, "empty", "give at least one token") }
    let end = sketch.length + segment.tokens.count
    guard end <= table.capacity.contextLength else {
      throw .invalid(field, "up to position \(end)", "the context length is \(table.capacity.contextLength)")
    }
    guard end <= sketch.pageCount * Limits.tokensPerPage else {
      throw .invalid(field, "up to position \(end)", "its \(sketch.pageCount) pages end before")
    }
    try checkTokens(segment.tokens, field)
    let known = sketch.tokens.dropFirst(segment.position)
    guard zip(known, segment.tokens).allSatisfy(==) else {
      throw .invalid(field, "of other tokens than before", "a sequence's tokens never change")
    }
    sketch.length = end
    sketches[segment.sequence] = sketch
  }

  private func checkTokens(_ tokens: [TokenID], _ field: String) throws(OctavoError) {
    guard let stray = tokens.first(where: { Int($0) >= table.vocabularyCount }) else { return }
    throw .invalid(field, "with token \(stray)", "the vocabulary has \(table.vocabularyCount) tokens")
  }

  private func sketch(_ sequence: SequenceID) -> Sketch? {
    if let sketch = sketches[sequence] { return sketch }
    guard !closed.contains(sequence), let state = table.sequences[sequence] else { return nil }
    return Sketch(tokens: state.tokens, length: state.length, pageCount: state.pages.count)
  }
}
