import Checkpoints
import Core
import Engine
import Models
import Testing

/// Counts of a profile against those worked out by hand for the small model: 8 layers, 256 channels, 4 heads of
/// 64, 2 of keys and values, 768 channels in the feed-forward, 2,048 tokens.
@Suite struct ProfileTests {
  private static let stage = StageID(instance: InstanceID("profile"), index: 0)
  private static let first = SequenceID(1)
  private static let second = SequenceID(2)

  private func makeEngine() throws -> StageEngine {
    let checkpoint = try Fixture.open()
    return try StageEngine(
      checkpoint: checkpoint, range: checkpoint.architecture.wholeRange, configuration: .int8,
      capacity: StageCapacity(contextLength: 32, sequencesMax: 2, rowsMax: 16), stage: Self.stage)
  }

  /// Five tokens of one sequence.
  private func prefill(_ engine: StageEngine) throws -> StageOutput {
    let tokens: [TokenID] = [5, 9, 2, 7, 4]
    return try engine.run(
      Microbatch(
        id: MicrobatchID(0), epoch: Epoch(0),
        route: [Hop(stage: Self.stage, grants: [PageGrant(sequence: Self.first, pages: [PageID(0)])])],
        openings: [SequenceOpening(sequence: Self.first, sampling: .greedy, tokens: tokens)],
        segments: [Segment(sequence: Self.first, position: 0, tokens: tokens, samples: true)]))
  }

  /// One more token of it, and the first two of another, which does not sample.
  private func together(_ engine: StageEngine) throws -> StageOutput {
    try engine.run(
      Microbatch(
        id: MicrobatchID(1), epoch: Epoch(0),
        route: [Hop(stage: Self.stage, grants: [PageGrant(sequence: Self.second, pages: [PageID(1)])])],
        openings: [SequenceOpening(sequence: Self.second, sampling: .greedy, tokens: [3, 8])],
        segments: [
          Segment(sequence: Self.first, position: 5, tokens: [6], samples: true),
          Segment(sequence: Self.second, position: 0, tokens: [3, 8], samples: false),
        ]))
  }

  @Test func linearLayersCountTheirWeightsOnceAndTheirRowsEach() throws {
    let engine = try makeEngine()
    engine.startProfile()
    _ = try prefill(engine)
    let profile = engine.takeProfile()
    #expect((profile.microbatches, profile.rows) == (1, 5))
    // A byte a weight and four a scale; two a sum of 128 weights; two operations a weight and row. After its keys and
    // values the last layer goes on with the one row that samples.
    let expected: [(KernelKind, inputs: Int, outputs: Int, layers: Int, rows: Int)] = [
      (.queryKeyValue, 256, 512, 8, 8 * 5), (.attentionOutput, 256, 256, 8, 7 * 5 + 1),
      (.gateUpActivate, 256, 1_536, 8, 7 * 5 + 1), (.down, 768, 256, 8, 7 * 5 + 1), (.head, 256, 2_048, 1, 1),
    ]
    for (kind, inputs, outputs, layers, rows) in expected {
      let work = profile[kind].work
      #expect(work.weightBytes == layers * outputs * (inputs + 4), "\(kind)")
      #expect(work.sumBytes == layers * outputs * inputs / 128 * 2, "\(kind)")
      #expect(work.integerOperations == 2 * rows * inputs * outputs, "\(kind)")
      #expect((work.keyValueBytes, work.floatOperations) == (0, 0), "\(kind)")
    }
    #expect(profile[.embed].work.weightBytes == 5 * 512)
    #expect(profile.work.integerOperations == 58_720_256)
    #expect(profile.otherSeconds >= 0 && profile.otherSeconds < profile.seconds)
  }

  @Test func attentionCountsTheCacheOfASequenceOnce() throws {
    let engine = try makeEngine()
    engine.startProfile()
    _ = try prefill(engine)
    // K and V of 2 heads of 64 in float16 are 512 bytes a token and layer; rows see 1, 2, 3, 4 and 5 positions,
    // in the last layer only the last one.
    var work = engine.takeProfile()[.attention].work
    #expect(work.keyValueBytes == 8 * 5 * 512)
    #expect(work.floatOperations == (7 * 15 + 5) * 4 * 256)
    engine.startProfile()
    _ = try together(engine)
    // Six positions of one sequence and two of the other; rows see 6, 1 and 2. The other has no row in the last layer.
    let profile = engine.takeProfile()
    work = profile[.attention].work
    #expect(work.keyValueBytes == (7 * (6 + 2) + 6) * 512)
    #expect(work.floatOperations == (7 * 9 + 6) * 4 * 256)
    #expect(profile[.storeKeyValue].work.keyValueBytes == 8 * 3 * 512)
  }

  @Test func profilesChangeNoAnswerAndEndWhenTaken() throws {
    let (plain, profiled) = (try makeEngine(), try makeEngine())
    profiled.startProfile()
    #expect(try prefill(profiled) == prefill(plain))
    #expect(profiled.takeProfile().microbatches == 1)
    #expect(try together(profiled) == together(plain))
    #expect(profiled.takeProfile() == StageProfile())
    #expect(plain.takeProfile() == StageProfile())
  }
}
