internal import Core

/// Who is open on a stage and who owns which page. Values only: it computes nothing.
///
/// A microbatch is first checked, which changes nothing, and then applied, which cannot fail.
struct SequenceTable {
  let stage: StageID
  let capacity: StageCapacity
  let vocabularyCount: Int
  private(set) var sequences: [SequenceID: SequenceState] = [:]
  /// Whether a page belongs to nobody, by its number.
  private(set) var pageIsFree: [Bool]
  private(set) var freePageCount: Int

  init(stage: StageID, capacity: StageCapacity, vocabularyCount: Int) {
    self.stage = stage
    self.capacity = capacity
    self.vocabularyCount = vocabularyCount
    pageIsFree = Array(repeating: true, count: capacity.pageCount)
    freePageCount = capacity.pageCount
  }

  /// Closings, openings and grants of a microbatch that was checked.
  mutating func applyChanges(of microbatch: Microbatch) {
    for sequence in microbatch.closings { close(sequence) }
    for opening in microbatch.openings { sequences[opening.sequence] = SequenceState(opening) }
    for grant in microbatch.route[0].grants {
      for page in grant.pages { pageIsFree[Int(page.rawValue)] = false }
      freePageCount -= grant.pages.count
      sequences[grant.sequence]!.pages += grant.pages.map(\.rawValue)
    }
  }

  /// The rows of a microbatch, once their K and V are in the pages.
  mutating func advance(past microbatch: Microbatch) {
    for segment in microbatch.segments {
      let end = segment.position + segment.tokens.count
      let known = sequences[segment.sequence]!.tokens.count
      sequences[segment.sequence]!.length = end
      if end > known {
        sequences[segment.sequence]!.tokens += segment.tokens[(known - segment.position)...]
      }
    }
  }

  private mutating func close(_ sequence: SequenceID) {
    guard let state = sequences.removeValue(forKey: sequence) else { return }
    for page in state.pages { pageIsFree[Int(page)] = true }
    freePageCount += state.pages.count
  }
}
