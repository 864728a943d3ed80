import Core
import Scheduling
import Testing

/// How many microbatches are on their way, and how large they are, by the stage times that come back.
@Suite struct PaceTests {
  /// Every row costs; or reading the weights does, whatever the rows.
  private static let arithmetic: @Sendable (Int) -> UInt64 = { UInt64(100_000 * $0 + 10_000) }
  private static let memory: @Sendable (Int) -> UInt64 = { UInt64(1_000_000 + 100 * $0) }

  private func decoding(
    _ count: Int, stages: Int, _ time: @escaping @Sendable (Int) -> UInt64
  ) throws -> Bench {
    var bench = try Bench(stages: stages, contextLength: 2_048, sequencesMax: 64, rowsMax: 256, pageCount: 4_096)
    bench.times = Array(repeating: time, count: stages)
    for own in 0..<count { _ = try bench.submit([TokenID(own), 1], maxTokens: 1_000) }
    for _ in 0..<300 {
      bench.step()
      try bench.complete()
    }
    return bench
  }

  private func rows(_ bench: inout Bench, batches: Int) throws -> [Int] {
    var rows: [Int] = []
    while rows.count < batches {
      rows += bench.step().map(\.rowCount)
      try bench.complete()
    }
    return rows
  }

  /// Two microbatches would read the weights twice and gain nothing.
  @Test func whereMemoryBoundsOneMicrobatchHoldsAll() throws {
    var bench = try decoding(16, stages: 2, Self.memory)
    #expect(try rows(&bench, batches: 8).allSatisfy { $0 == 16 })
  }

  @Test func whereArithmeticBoundsAllStagesAreBusy() throws {
    var bench = try decoding(64, stages: 2, Self.arithmetic)
    #expect(bench.flying.count >= 1)
    let rows = try rows(&bench, batches: 12)
    #expect(rows.allSatisfy { $0 <= 32 })
    bench.step()
    #expect(bench.scheduler.inFlightCount >= 2)
    // Balanced: none has much more than its share.
    #expect(rows.max()! - rows.min()! <= 2)
  }

  @Test func oneStreamIsOneMicrobatch() throws {
    var bench = try decoding(1, stages: 4, Self.arithmetic)
    bench.step()
    #expect(bench.scheduler.inFlightCount == 1)
  }

  /// A prompt of 2,000 tokens beside streams that decode: no microbatch takes more than twice what they take alone.
  @Test func longPromptsDoNotHoldUpStreams() throws {
    let time: @Sendable (Int) -> UInt64 = { UInt64(1_000_000 + 50_000 * $0) }
    var bench = try decoding(8, stages: 1, time)
    _ = try bench.submit((0..<2_000).map { TokenID($0 % 50) }, maxTokens: 2)
    var chunks = 0
    while chunks < 40 {
      for batch in bench.step() {
        // Alone 1.4 ms, so at most 2.8 ms: 36 rows.
        #expect(batch.rowCount <= 36)
        let decodes = batch.segments.count { $0.tokens.count == 1 }
        #expect(decodes >= 1)
        chunks += batch.segments.contains { $0.tokens.count > 1 } ? 1 : 0
      }
      try bench.complete()
    }
  }

  /// Chunks of one prompt follow each other through the stages.
  @Test func promptsAlonePassInChunksThatOverlap() throws {
    var bench = try Bench(stages: 3, contextLength: 1_024, sequencesMax: 2, rowsMax: 256)
    _ = try bench.submit((0..<1_000).map { TokenID($0 % 50) }, maxTokens: 2)
    let batches = bench.step()
    #expect(batches.count == 4)
    #expect(batches.first?.rowCount == 128)
    #expect(batches.allSatisfy { $0.rowCount >= 96 })
    for (batch, next) in zip(batches, batches.dropFirst()) {
      let segment = try #require(batch.segments.first)
      #expect(next.segments.first?.position == segment.position + segment.tokens.count)
    }
  }

  /// What stages say of themselves is learned from only if it is whole, and may be any number.
  @Test func nonsenseFromStagesIsHarmless() throws {
    var bench = try Bench(stages: 2, sequencesMax: 4, rowsMax: 8)
    bench.times = [{ _ in .max }, { _ in 0 }]
    for own in 0..<4 { _ = try bench.submit([TokenID(own)], maxTokens: 10) }
    for _ in 0..<10 {
      bench.step()
      let batch = bench.flying.removeFirst()
      let tokens = batch.segments.filter(\.samples).map {
        SampledToken(
          sequence: $0.sequence, position: $0.position + 1, choice: TokenLogprob(token: 9, logprob: 0), top: [])
      }
      let timings = bench.times.map { StageTiming(queuedNs: .max, runNs: $0(0)) }
      _ = try bench.scheduler.complete(batch.id, epoch: Epoch(1), tokens: tokens, timings: timings, at: bench.now)
    }
  }
}
