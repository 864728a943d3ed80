import Core
import Scheduling
import Testing

/// What is computed once and what is computed again.
@Suite struct PrefixTests {
  private static func prompt(shared: Int, own: TokenID, count: Int) -> [TokenID] {
    (0..<shared).map { TokenID($0 % 50) } + Array(repeating: 60 + own, count: count)
  }

  private func bench(pageCount: Int? = nil, sequencesMax: Int = 8) throws -> Bench {
    try Bench(contextLength: 256, sequencesMax: sequencesMax, rowsMax: 64, pageCount: pageCount)
  }

  /// Requests that come together wait for the one that computes what they share.
  @Test func companionsShareOneComputation() throws {
    var bench = try bench()
    for own in 0..<8 { _ = try bench.submit(Self.prompt(shared: 100, own: TokenID(own), count: 4), maxTokens: 1) }
    try bench.drain()
    // Six whole pages once, the rest of every prompt for itself.
    #expect(bench.scheduler.statistics.rows == 104 + 7 * 8)
    #expect(bench.scheduler.statistics.prefixTokensHit == 7 * 96)
  }

  @Test func prefixesOutliveTheirSequences() throws {
    var bench = try bench(sequencesMax: 1)
    for _ in 0..<3 {
      _ = try bench.submit(Self.prompt(shared: 64, own: 0, count: 0), maxTokens: 1)
      try bench.drain()
    }
    // A last row is computed anew, for its sample: with it, its page.
    #expect(bench.scheduler.statistics.rows == 64 + 16 + 16)
  }

  /// What was generated is part of a later prompt, as in a chat.
  @Test func answersAreSharedToo() throws {
    var bench = try bench(sequencesMax: 1)
    let prompt = Self.prompt(shared: 30, own: 0, count: 0)
    _ = try bench.submit(prompt, maxTokens: 20)
    try bench.drain()
    let before = bench.scheduler.statistics.rows
    _ = try bench.submit(prompt + Array(repeating: 9, count: 20) + [1, 2], maxTokens: 1)
    try bench.drain()
    #expect(bench.scheduler.statistics.rows - before == 52 - 48)
  }

  @Test func tenantsSeeNothingOfEachOther() throws {
    var bench = try bench(sequencesMax: 1)
    for tenant in ["a", "b", "a"] {
      _ = try bench.submit(Self.prompt(shared: 64, own: 0, count: 4), maxTokens: 1, tenant: tenant)
      try bench.drain()
    }
    #expect(bench.scheduler.statistics.prefixTokensHit == 64)
  }

  /// The one that others wait for is cancelled: the next one computes what is missing.
  @Test(arguments: [0, 1, 2]) func promisesOfTheCancelledPassOn(steps: Int) throws {
    var bench = try bench()
    let first = try bench.submit(Self.prompt(shared: 200, own: 0, count: 4), maxTokens: 1)
    for own in 1..<4 { _ = try bench.submit(Self.prompt(shared: 200, own: TokenID(own), count: 4), maxTokens: 1) }
    for _ in 0..<steps {
      bench.step()
      try bench.complete()
    }
    bench.scheduler.cancel(first)
    try bench.drain()
    #expect(bench.outputs.count { if case .token(_, .length) = $0 { true } else { false } } == 3)
    #expect(bench.scheduler.statistics.prefixTokensHit >= 2 * 192)
  }

  /// Less urgent work is not waited for.
  @Test func theUrgentComputeForThemselves() throws {
    var bench = try bench()
    _ = try bench.submit(Self.prompt(shared: 200, own: 0, count: 4), priority: 0)
    bench.step()
    let urgent = try bench.submit(Self.prompt(shared: 200, own: 1, count: 4), priority: 5)
    try bench.complete()
    let batches = bench.step()
    #expect(batches.contains { $0.segments.contains { $0.sequence == urgent } })
    try bench.drain()
  }

  /// Kept pages go in the order in which they were last used, what follows a prefix before the prefix.
  @Test func keptPagesGiveWay() throws {
    var bench = try bench(pageCount: 16, sequencesMax: 1)
    for own in 0..<5 {
      _ = try bench.submit(Self.prompt(shared: 32, own: TokenID(own), count: 50), maxTokens: 1)
      try bench.drain()
    }
    // The shared pages were used by each of them and are still there.
    #expect(bench.scheduler.statistics.prefixTokensHit == 4 * 32)
    #expect(bench.scheduler.availablePages == 16)
    _ = try bench.submit(Self.prompt(shared: 32, own: 4, count: 50), maxTokens: 1)
    try bench.drain()
    #expect(bench.scheduler.statistics.prefixTokensHit == 4 * 32 + 80)
  }

  @Test func scoredPromptsAreComputedWhole() throws {
    var bench = try bench(sequencesMax: 1)
    for id in 0..<2 {
      try bench.scheduler.submit(
        GenerationRequest(
          sequence: SequenceID(UInt64(100 + id)), prompt: Self.prompt(shared: 64, own: 0, count: 4),
          sampling: SamplingParameters(promptLogprobs: 0), maxTokens: 1, stopIDs: []), at: bench.now)
      let batches = bench.step()
      #expect(batches.first?.openings.first?.cachedCount == 0)
      #expect(batches.allSatisfy { $0.segments.allSatisfy(\.scores) })
      bench.scheduler.cancel(SequenceID(UInt64(100 + id)))
      bench.outputs += bench.scheduler.open(
        epoch: Epoch(UInt64(id + 2)), stages: [StageID(instance: InstanceID("m/0"), index: 0)])
    }
  }
}
