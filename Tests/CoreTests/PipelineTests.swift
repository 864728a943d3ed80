import Core
import Testing

@Suite struct PipelineTests {
  @Test func countsPagesThatReachTheContextsEnd() {
    #expect(StageCapacity(contextLength: 16, sequencesMax: 3, rowsMax: 1).pageCount == 3)
    #expect(StageCapacity(contextLength: 17, sequencesMax: 3, rowsMax: 1).pageCount == 6)
    #expect(StageCapacity(contextLength: 1, sequencesMax: 1, rowsMax: 1).pageCount == 1)
  }

  @Test(arguments: [
    (0, 1, 1), (1, 0, 1), (1, 1, 0), (-1, 1, 1), (.max, 1, 1), (1, .max, 1), (1, 1, .max),
    (Limits.contextLengthMax + 1, 1, 1),
  ])
  func refusesCapacitiesOutsideTheLimits(context: Int, sequences: Int, rows: Int) {
    let capacity = StageCapacity(contextLength: context, sequencesMax: sequences, rowsMax: rows)
    let error = #expect(throws: OctavoError.self) { try capacity.validate() }
    #expect(error?.code == .invalidArgument)
  }

  @Test func countsRowsAndForwardsAlongTheRoute() {
    let hops = (0..<3).map { Hop(stage: StageID(instance: InstanceID("a"), index: $0), grants: []) }
    let segments = [
      Segment(sequence: SequenceID(1), position: 0, tokens: [1, 2, 3], samples: true),
      Segment(sequence: SequenceID(2), position: 9, tokens: [4], samples: false),
    ]
    let microbatch = Microbatch(id: MicrobatchID(7), epoch: Epoch(1), route: hops, segments: segments)
    #expect(microbatch.rowCount == 4)
    #expect(microbatch.forwarded.route == Array(hops[1...]))
    #expect(microbatch.forwarded.segments == segments)
  }

  @Test func takesMomentsThatSaturate() {
    let early = Moment(nanoseconds: 5)
    let late = early.advanced(byNanoseconds: 10)
    #expect(late.nanoseconds(since: early) == 10)
    #expect(early.nanoseconds(since: late) == 0)
    #expect(late.advanced(byNanoseconds: .max).nanoseconds == .max)
  }
}
