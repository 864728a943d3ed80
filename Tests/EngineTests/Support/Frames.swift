import Core

/// Microbatches for the stage ``StageID/tested``, in few words.
extension Microbatch {
  static func frame(
    route: [Hop]? = nil, closings: [SequenceID] = [], openings: [SequenceOpening] = [], grants: [PageGrant] = [],
    segments: [Segment] = []
  ) -> Microbatch {
    Microbatch(
      id: MicrobatchID(0), epoch: Epoch(0), route: route ?? [Hop(stage: .tested, grants: grants)], closings: closings,
      openings: openings, segments: segments)
  }
}

extension StageID {
  static let tested = StageID(instance: InstanceID("test"), index: 0)
}

extension SequenceOpening {
  static func opening(
    _ sequence: SequenceID, _ tokens: [TokenID] = Array(0..<12), _ sampling: SamplingParameters = .greedy,
    promptCount: Int? = nil, cachedCount: Int = 0
  ) -> SequenceOpening {
    SequenceOpening(
      sequence: sequence, sampling: sampling, tokens: tokens, promptCount: promptCount, cachedCount: cachedCount)
  }
}

extension PageGrant {
  static func grant(_ sequence: SequenceID, _ pages: [UInt32]) -> PageGrant {
    PageGrant(sequence: sequence, pages: pages.map { PageID($0) })
  }
}

extension Segment {
  static func segment(
    _ sequence: SequenceID, _ position: Int, _ tokens: [TokenID], samples: Bool = false, scores: Bool = false
  ) -> Segment {
    Segment(sequence: sequence, position: position, tokens: tokens, samples: samples, scores: scores)
  }
}
