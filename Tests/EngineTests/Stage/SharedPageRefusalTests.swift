import Checkpoints
import Core
import Engine
import Foundation
import Models
import Testing

/// Pages that a stage has not filled, or that somebody still reads, are refused, and nothing changes.
@Suite struct SharedPageRefusalTests {
  static let (first, second, third) = (SequenceID(1), SequenceID(2), SequenceID(3))
  static let tokens: [TokenID] = Array(0..<60)

  struct Bad: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var microbatch: Microbatch
  }

  /// On a stage where sequence 1 has 40 positions computed in pages 3, 4 and 5, the last of which is not full, and
  /// sequence 2, closed since, had 16 in page 6 and 1 in page 7.
  static let bad: [Bad] = [
    Bad(testDescription: "part of a page", microbatch: sharing(8, [0])),
    Bad(testDescription: "a page and part of one", microbatch: sharing(24, [3, 0])),
    Bad(testDescription: "all tokens", microbatch: sharing(32, [3, 4], tokenCount: 32)),
    Bad(testDescription: "more than all tokens", microbatch: sharing(48, [3, 4], tokenCount: 32)),
    Bad(testDescription: "under nothing", microbatch: sharing(-16, [3])),
    Bad(testDescription: "no pages with the opening", microbatch: .frame(openings: [opening(16)])),
    Bad(testDescription: "no pages in the first grant", microbatch: sharing(16, [])),
    Bad(testDescription: "too few pages in the first grant", microbatch: sharing(32, [3])),
    Bad(
      testDescription: "the second page in a second grant",
      microbatch: .frame(openings: [opening(32)], grants: [.grant(second, [3]), .grant(second, [4])])),
    Bad(testDescription: "a page that is not full", microbatch: sharing(48, [3, 4, 5])),
    Bad(testDescription: "a page of a closed sequence that is not full", microbatch: sharing(16, [7])),
    Bad(testDescription: "a page never granted", microbatch: sharing(16, [0])),
    Bad(testDescription: "a page past the pool", microbatch: sharing(16, [12])),
    Bad(testDescription: "a page twice", microbatch: sharing(32, [3, 3])),
    Bad(testDescription: "a cached page as an own one", microbatch: sharing(16, [6, 6])),
    Bad(testDescription: "an own page that is another's", microbatch: sharing(16, [6, 3])),
    Bad(
      testDescription: "a page that the same microbatch fills",
      microbatch: .frame(
        openings: [opening(48)], grants: [.grant(second, [3, 4, 5])],
        segments: [.segment(first, 40, Array(40..<48))])),
    Bad(
      testDescription: "a page written anew by one that comes before",
      microbatch: .frame(
        openings: [opening(16), .opening(third)], grants: [.grant(third, [6]), .grant(second, [6])])),
    Bad(
      testDescription: "a page written anew by one that comes after",
      microbatch: .frame(
        openings: [opening(16), .opening(third)], grants: [.grant(second, [6]), .grant(third, [6])])),
    Bad(
      testDescription: "an own page that another still reads when its owner closes",
      microbatch: .frame(
        closings: [first], openings: [opening(16), .opening(third)],
        grants: [.grant(second, [3, 0]), .grant(third, [3])])),
    Bad(
      testDescription: "rows of cached positions",
      microbatch: sharing(16, [3, 0], segments: [.segment(second, 0, Array(0..<17))])),
    Bad(
      testDescription: "rows without own pages", microbatch: sharing(16, [3], segments: [.segment(second, 16, [16])])),
    Bad(
      testDescription: "other rows than the opening's after the cached ones",
      microbatch: sharing(16, [3, 0], segments: [.segment(second, 16, [99])])),
  ]

  @Test(arguments: bad)
  func refusesAndChangesNothing(_ bad: Bad) throws {
    let (engine, untouched) = (try Self.engine(), try Self.engine())
    let error = #expect(throws: OctavoError.self) { try engine.run(bad.microbatch) }
    #expect(error?.code == .invalidArgument)
    #expect(engine.openSequenceCount == 1)
    #expect(engine.freePageCount == 9)
    #expect(engine.length(of: Self.first) == 40)
    let good = Self.sharing(
      32, [3, 4, 0],
      segments: [
        .segment(Self.first, 40, Array(40..<48), samples: true), .segment(Self.second, 32, [32, 33], samples: true),
      ])
    #expect(try engine.run(good) == (try untouched.run(good)))
    #expect(engine.length(of: Self.second) == 34)
  }

  @Test func aPageKeepsWhatItHoldsUntilItIsWrittenAnew() throws {
    let engine = try Self.engine()
    _ = try engine.run(Self.sharing(16, [3, 0]))
    #expect(engine.length(of: Self.second) == 16)
    // Page 3 has two holders.
    #expect(engine.freePageCount == 8)
    #expect(throws: OctavoError.self) {
      try engine.run(
        .frame(
          closings: [Self.first], openings: [.opening(Self.third)], grants: [.grant(Self.third, [3])]))
    }
    _ = try engine.run(.frame(closings: [Self.first]))
    #expect(engine.freePageCount == 10)
    #expect(throws: OctavoError.self) {
      try engine.run(.frame(openings: [.opening(Self.third)], grants: [.grant(Self.third, [3])]))
    }
    _ = try engine.run(.frame(closings: [Self.second]))
    #expect(engine.freePageCount == 12)
    // Nobody holds page 3, and it is still full; page 4 is given away in the same microbatch.
    _ = try engine.run(
      .frame(
        openings: [Self.opening(16), .opening(Self.third)],
        grants: [.grant(Self.second, [3]), .grant(Self.third, [4])]))
    #expect(engine.freePageCount == 10)
    _ = try engine.run(.frame(closings: [Self.second, Self.third]))
    for page in [4, 5] as [UInt32] {
      #expect(throws: OctavoError.self) { try engine.run(Self.sharing(16, [page])) }
    }
    _ = try engine.run(Self.sharing(16, [3, 4]))
  }

  @Test func aNewEpochKnowsNoPages() throws {
    let engine = try Self.engine()
    engine.closeAll()
    #expect(engine.freePageCount == 12)
    for page in [3, 6] as [UInt32] {
      #expect(throws: OctavoError.self) { try engine.run(Self.sharing(16, [page])) }
    }
  }

  /// Rows that were computed, but not finite, fill nothing.
  @Test func rowsThatFailFillNothing() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: directory) }
    let engine = try Self.load(try Fixture.tiny("grouped-queries", with: .nan, inRowOf: 20, at: directory))
    let rows = Microbatch.frame(
      openings: [.opening(Self.first, Self.tokens)], grants: [.grant(Self.first, [0, 1])],
      segments: [.segment(Self.first, 0, Array(0..<32))])
    let error = #expect(throws: OctavoError.self) { try engine.run(rows) }
    #expect(error?.code == .internal)
    #expect(engine.length(of: Self.first) == 0)
    #expect(throws: OctavoError.self) { try engine.run(Self.sharing(16, [0])) }
    // The first page alone has no bad row.
    _ = try engine.run(.frame(segments: [.segment(Self.first, 0, Array(0..<16))]))
    _ = try engine.run(Self.sharing(16, [0]))
  }

  private static func sharing(
    _ cachedCount: Int, _ pages: [UInt32], tokenCount: Int = 60, segments: [Segment] = []
  ) -> Microbatch {
    .frame(
      openings: [.opening(second, Array(tokens.prefix(tokenCount)), cachedCount: cachedCount)],
      grants: [.grant(second, pages)], segments: segments)
  }

  private static func opening(_ cachedCount: Int) -> SequenceOpening {
    .opening(second, tokens, cachedCount: cachedCount)
  }

  private static func engine() throws -> StageEngine {
    let engine = try load(try Fixture.tiny("grouped-queries"))
    _ = try engine.run(
      .frame(
        openings: [.opening(first, tokens), .opening(second, tokens)],
        grants: [.grant(first, [3, 4, 5]), .grant(second, [6, 7])],
        segments: [.segment(first, 0, Array(0..<40)), .segment(second, 0, Array(0..<17))]))
    _ = try engine.run(.frame(closings: [second]))
    return engine
  }

  private static func load(_ checkpoint: Checkpoint) throws -> StageEngine {
    try StageEngine(
      checkpoint: checkpoint, range: checkpoint.architecture.wholeRange, configuration: .int8,
      capacity: StageCapacity(contextLength: 64, sequencesMax: 3, rowsMax: 64, pageCount: 12), stage: .tested)
  }
}
