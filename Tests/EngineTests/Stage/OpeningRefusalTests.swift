import Checkpoints
import Core
import Engine
import Models
import Testing

/// What an opening says of its prompt, and what segments ask of it.
@Suite struct OpeningRefusalTests {
  static let (first, second) = (SequenceID(1), SequenceID(2))
  static let penalized = SamplingParameters(temperature: 0, repetitionPenalty: 2)
  static let scored = SamplingParameters(temperature: 0, promptLogprobs: 1)

  struct Bad: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var opening: SequenceOpening
    var segments: [Segment] = []
  }

  static let bad: [Bad] = [
    Bad(testDescription: "no prompt", opening: .opening(second, promptCount: 0)),
    Bad(testDescription: "prompt past the tokens", opening: .opening(second, promptCount: 13)),
    Bad(testDescription: "prompt under nothing", opening: .opening(second, promptCount: -1)),
    Bad(
      testDescription: "bias past the vocabulary",
      opening: .opening(
        second, [1],
        SamplingParameters(logitBias: [LogitBias(token: 3, bias: 1), LogitBias(token: 131, bias: 1)]))),
    Bad(
      testDescription: "penalty that is not a number",
      opening: .opening(second, [1], SamplingParameters(presencePenalty: .nan))),
    Bad(
      testDescription: "scores that nobody asked for", opening: .opening(second),
      segments: [.segment(second, 0, [0, 1], scores: true)]),
    Bad(
      testDescription: "scores past the prompt", opening: .opening(second, Array(0..<12), scored, promptCount: 5),
      segments: [.segment(second, 0, Array(0..<6), scores: true)]),
    Bad(
      testDescription: "scores of the answer alone",
      opening: .opening(second, Array(0..<12), scored, promptCount: 5),
      segments: [.segment(second, 0, Array(0..<5)), .segment(second, 5, [5], scores: true)]),
    Bad(
      testDescription: "a penalized sample before its known end", opening: .opening(second, Array(0..<12), penalized),
      segments: [.segment(second, 0, Array(0..<11), samples: true)]),
  ]

  @Test(arguments: bad)
  func refusesAndChangesNothing(_ bad: Bad) throws {
    let engine = try Self.engine()
    let grants: [PageGrant] = [.grant(Self.second, [1])]
    let error = #expect(throws: OctavoError.self) {
      try engine.run(.frame(openings: [bad.opening], grants: grants, segments: bad.segments))
    }
    #expect(error?.code == .invalidArgument)
    #expect(engine.openSequenceCount == 0)
    #expect(engine.freePageCount == 8)
  }

  /// The nearest that is allowed.
  @Test func acceptsTheBounds() throws {
    let good: [(SequenceOpening, [Segment])] = [
      (.opening(Self.second, promptCount: 12), []),
      (.opening(Self.second, [1], SamplingParameters(logitBias: [LogitBias(token: 130, bias: 1)])), []),
      (
        .opening(Self.second, Array(0..<12), Self.scored, promptCount: 5),
        [.segment(Self.second, 0, Array(0..<5), scores: true)]
      ),
      (.opening(Self.second, Array(0..<12), Self.penalized), [.segment(Self.second, 0, Array(0..<12), samples: true)]),
    ]
    for (opening, segments) in good {
      let engine = try Self.engine()
      _ = try engine.run(.frame(openings: [opening], grants: [.grant(Self.second, [1])], segments: segments))
      #expect(engine.openSequenceCount == 1)
    }
  }

  private static func engine() throws -> StageEngine {
    let checkpoint = try Fixture.tiny("grouped-queries")
    return try StageEngine(
      checkpoint: checkpoint, range: checkpoint.architecture.wholeRange, configuration: .int8,
      capacity: StageCapacity(contextLength: 64, sequencesMax: 2, rowsMax: 32), stage: .tested)
  }
}
