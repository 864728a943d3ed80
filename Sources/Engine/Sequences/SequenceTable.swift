internal import Core

/// Who is open on a stage and who holds which page. Values only: it computes nothing.
///
/// A microbatch is first checked, which changes nothing, and then applied, which cannot fail.
struct SequenceTable {
  let stage: StageID
  let capacity: StageCapacity
  let vocabularyCount: Int
  /// Whether the stage samples, and so counts tokens for penalties.
  let samples: Bool
  private(set) var sequences: [SequenceID: SequenceState] = [:]
  private(set) var pages: PageTable

  init(stage: StageID, capacity: StageCapacity, vocabularyCount: Int, samples: Bool) {
    self.stage = stage
    self.capacity = capacity
    self.vocabularyCount = vocabularyCount
    self.samples = samples
    pages = PageTable(count: capacity.pageCount)
  }

  /// Forgets every sequence and what the pages hold.
  mutating func removeAll() {
    self = SequenceTable(stage: stage, capacity: capacity, vocabularyCount: vocabularyCount, samples: samples)
  }

  /// Closings, openings and grants of a microbatch that was checked.
  mutating func applyChanges(of microbatch: Microbatch) {
    for sequence in microbatch.closings { close(sequence) }
    for opening in microbatch.openings {
      sequences[opening.sequence] = SequenceState(opening, countsTokens: samples)
    }
    for grant in microbatch.route[0].grants { apply(grant) }
  }

  /// The rows of a microbatch, once their K and V are in the pages.
  mutating func advance(past microbatch: Microbatch) {
    for segment in microbatch.segments {
      for page in sequences[segment.sequence]!.pagesFilled(by: segment) { pages.fill(page) }
      sequences[segment.sequence]!.advance(past: segment)
    }
  }

  private mutating func apply(_ grant: PageGrant) {
    let granted = grant.pages.map(\.rawValue)
    let cachedCount = sequences[grant.sequence]!.cachedPagesMissing
    for page in granted.prefix(cachedCount) { pages.hold(page) }
    for page in granted.dropFirst(cachedCount) { pages.own(page) }
    sequences[grant.sequence]!.pages += granted
  }

  private mutating func close(_ sequence: SequenceID) {
    guard let state = sequences.removeValue(forKey: sequence) else { return }
    for page in state.pages { pages.release(page) }
  }
}
