import Checkpoints
import Core
import Engine
import Models
import Testing

/// A microbatch that contradicts a stage's state is refused with one error and changes nothing.
@Suite struct StageRefusalTests {
  static let stage = StageID.tested
  static let first = SequenceID(1)
  static let second = SequenceID(2)

  struct Bad: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var code = StatusCode.invalidArgument
    var microbatch: Microbatch
  }

  /// On a stage where sequence 1 is open with 10 of its 32 positions computed and pages 3 and 4.
  static let bad: [Bad] = [
    Bad(testDescription: "empty route", microbatch: .frame(route: [])),
    Bad(
      testDescription: "another stage's route",
      microbatch: .frame(route: [Hop(stage: StageID(instance: InstanceID("test"), index: 1), grants: [])])),
    Bad(testDescription: "closing what is not open", microbatch: .frame(closings: [second])),
    Bad(testDescription: "closing twice", microbatch: .frame(closings: [first, first])),
    Bad(testDescription: "opening what is open", microbatch: .frame(openings: [.opening(first)])),
    Bad(
      testDescription: "opening twice",
      microbatch: .frame(closings: [first], openings: [.opening(second), .opening(second)])),
    Bad(testDescription: "opening without tokens", microbatch: .frame(openings: [.opening(second, [])])),
    Bad(testDescription: "opening past the vocabulary", microbatch: .frame(openings: [.opening(second, [131])])),
    Bad(
      testDescription: "opening past the context",
      microbatch: .frame(openings: [.opening(second, Array(repeating: 1, count: 65))])),
    Bad(
      testDescription: "temperature that is not a number",
      microbatch: .frame(openings: [
        SequenceOpening(sequence: second, sampling: SamplingParameters(temperature: .nan), tokens: [1])
      ])),
    Bad(
      testDescription: "too many sequences", code: .resourceExhausted,
      microbatch: .frame(openings: [.opening(second), .opening(SequenceID(3))])),
    Bad(testDescription: "page past the pool", microbatch: .frame(grants: [.grant(first, [8])])),
    Bad(testDescription: "page in use", microbatch: .frame(grants: [.grant(first, [3])])),
    Bad(testDescription: "page twice", microbatch: .frame(grants: [.grant(first, [5, 5])])),
    Bad(testDescription: "page to a stranger", microbatch: .frame(grants: [.grant(second, [5])])),
    Bad(
      testDescription: "page to a sequence that closes",
      microbatch: .frame(closings: [first], grants: [.grant(first, [5])])),
    Bad(testDescription: "more pages than the context", microbatch: .frame(grants: [.grant(first, [0, 1, 2])])),
    Bad(testDescription: "rows of a stranger", microbatch: .frame(segments: [.segment(second, 0, [1])])),
    Bad(testDescription: "gap before the rows", microbatch: .frame(segments: [.segment(first, 11, [1])])),
    Bad(testDescription: "rows again", microbatch: .frame(segments: [.segment(first, 0, [0])])),
    Bad(testDescription: "no rows in a segment", microbatch: .frame(segments: [.segment(first, 10, [])])),
    Bad(testDescription: "token past the vocabulary", microbatch: .frame(segments: [.segment(first, 10, [131])])),
    Bad(testDescription: "another token than the opening's", microbatch: .frame(segments: [.segment(first, 10, [99])])),
    Bad(
      testDescription: "rows past the pages",
      microbatch: .frame(segments: [.segment(first, 10, Array(10..<12) + Array(repeating: 1, count: 21))])),
    Bad(
      testDescription: "rows past the context",
      microbatch: .frame(
        grants: [.grant(first, [5, 6])],
        segments: [.segment(first, 10, Array(10..<12) + Array(repeating: 1, count: 53))])),
    Bad(
      testDescription: "rows past the capacity", code: .resourceExhausted,
      microbatch: .frame(
        grants: [.grant(first, [5])],
        segments: [.segment(first, 10, Array(10..<12) + Array(repeating: 1, count: 31))])),
    Bad(
      testDescription: "a bad row after good changes",
      microbatch: .frame(
        closings: [first], openings: [.opening(second)], grants: [.grant(second, [3])],
        segments: [.segment(second, 0, [1]), .segment(first, 10, [10])])),
  ]

  @Test(arguments: bad)
  func refusesAndChangesNothing(_ bad: Bad) throws {
    let engine = try Self.engine()
    let untouched = try Self.engine()
    let error = #expect(throws: OctavoError.self) { try engine.run(bad.microbatch) }
    #expect(error?.code == bad.code)
    #expect(engine.openSequenceCount == 1)
    #expect(engine.freePageCount == 6)
    #expect(engine.length(of: Self.first) == 10)
    let good = Microbatch.frame(
      grants: [.grant(Self.first, [5])], segments: [.segment(Self.first, 10, [10, 11, 12], samples: true)])
    #expect(try engine.run(good) == (try untouched.run(good)))
  }

  @Test func activationsAreChecked() throws {
    let checkpoint = try Fixture.tiny("grouped-queries")
    let engine = try StageEngine(
      checkpoint: checkpoint, range: StageRange(layers: 1..<3, embeds: false, projects: true), configuration: .float32,
      capacity: StageCapacity(contextLength: 64, sequencesMax: 2, rowsMax: 40), stage: Self.stage)
    let frame = Microbatch.frame(
      openings: [.opening(Self.first)], grants: [.grant(Self.first, [0])],
      segments: [.segment(Self.first, 0, [0, 1], samples: true)])
    var floats = [Float](repeating: 0.5, count: 2 * 72)
    for count in [0, 1, 2 * 72 * 4 - 4, 2 * 72 * 4 + 1] {
      let bytes = [UInt8](repeating: 0, count: count)
      #expect(throws: OctavoError.self) { try engine.run(frame, activations: bytes.span.bytes) }
    }
    for bad in [Float.nan, .infinity] {
      floats[100] = bad
      #expect(throws: OctavoError.self) { try engine.run(frame, activations: floats.span.bytes) }
    }
    #expect(engine.openSequenceCount == 0)
    floats[100] = 0.5
    guard case .sampled(let tokens, _) = try engine.run(frame, activations: floats.span.bytes) else {
      Issue.record("the last stage samples")
      return
    }
    #expect(tokens.map(\.position) == [2])
  }

  @Test func closingFreesPagesForTheSameMicrobatch() throws {
    let engine = try Self.engine()
    _ = try engine.run(
      .frame(
        closings: [Self.first], openings: [.opening(Self.first)], grants: [.grant(Self.first, [4, 3])],
        segments: [.segment(Self.first, 0, Array(0..<12))]))
    #expect(engine.length(of: Self.first) == 12)
    #expect(engine.freePageCount == 6)
    _ = try engine.run(.frame(closings: [Self.first]))
    #expect(engine.freePageCount == 8)
    #expect(engine.openSequenceCount == 0)
  }

  @Test(arguments: [
    StageRange(layers: 0..<4, embeds: true, projects: true), StageRange(layers: 0..<2, embeds: true, projects: true),
    StageRange(layers: 1..<3, embeds: true, projects: true), StageRange(layers: 1..<1, embeds: false, projects: false),
  ])
  func refusesRangesOutsideTheModel(_ range: StageRange) throws {
    let checkpoint = try Fixture.tiny("grouped-queries")
    #expect(throws: OctavoError.self) {
      try StageEngine(
        checkpoint: checkpoint, range: range, configuration: .int8,
        capacity: StageCapacity(contextLength: 64, sequencesMax: 1, rowsMax: 1), stage: Self.stage)
    }
  }

  private static func engine() throws -> StageEngine {
    let checkpoint = try Fixture.tiny("grouped-queries")
    let engine = try StageEngine(
      checkpoint: checkpoint, range: checkpoint.architecture.wholeRange, configuration: .int8,
      capacity: StageCapacity(contextLength: 64, sequencesMax: 2, rowsMax: 32), stage: stage)
    _ = try engine.run(
      .frame(
        openings: [.opening(first)], grants: [.grant(first, [3, 4])], segments: [.segment(first, 0, Array(0..<10))]))
    return engine
  }
}
