internal import Core
internal import Engine

/// Sequences that run side by side on one engine that holds the whole model.
struct SequenceBatch {
  private let engine: StageEngine
  private let ids: [SequenceID]
  private var length = 0
  /// The token each sequence sampled last.
  private var latest: [TokenID] = []

  /// Opens the sequences with all pages that their contexts may need, as far as there are so many; closes whatever was
  /// open.
  ///
  /// - Parameter prompts: of one length.
  init(_ engine: StageEngine, prompts: [[TokenID]]) throws(OctavoError) {
    self.engine = engine
    ids = prompts.indices.map { SequenceID(UInt64($0)) }
    engine.closeAll()
    let pagesPerSequence = min(engine.capacity.pagesOfContext, engine.capacity.pageCount / max(1, prompts.count))
    let grants = ids.map { id in
      PageGrant(
        sequence: id,
        pages: (0..<pagesPerSequence).map { PageID(UInt32(Int(id.rawValue) * pagesPerSequence + $0)) })
    }
    let openings = zip(ids, prompts).map { SequenceOpening(sequence: $0, sampling: .greedy, tokens: $1) }
    _ = try run(grants: grants, openings: openings, segments: [])
  }

  /// Runs the prompts, one sequence after the other, and samples each one's first token.
  ///
  /// - Parameter progress: called after every microbatch with the tokens that ran.
  mutating func prefill(
    _ prompts: [[TokenID]], samples: Bool = true, progress: (Int) -> Void = { _ in }
  ) throws(OctavoError) {
    let chunk = engine.capacity.rowsMax
    for (id, prompt) in zip(ids, prompts) {
      for start in stride(from: 0, to: prompt.count, by: chunk) {
        let end = min(start + chunk, prompt.count)
        let segment = Segment(
          sequence: id, position: start, tokens: Array(prompt[start..<end]), samples: samples && end == prompt.count)
        latest += try run(segments: [segment])
        progress(end - start)
      }
    }
    length = prompts[0].count
  }

  /// One more token for every sequence.
  mutating func decode() throws(OctavoError) {
    let segments = zip(ids, latest).map { id, token in
      Segment(sequence: id, position: length, tokens: [token], samples: true)
    }
    latest = try run(segments: segments)
    length += 1
  }

  private func run(
    grants: [PageGrant] = [], openings: [SequenceOpening] = [], segments: [Segment]
  ) throws(OctavoError) -> [TokenID] {
    let microbatch = Microbatch(
      id: MicrobatchID(0), epoch: Epoch(0), route: [Hop(stage: engine.stage, grants: grants)], openings: openings,
      segments: segments)
    guard case .sampled(let tokens, _) = try engine.run(microbatch) else {
      preconditionFailure("an engine that holds the whole model samples")
    }
    return tokens.map(\.choice.token)
  }
}
