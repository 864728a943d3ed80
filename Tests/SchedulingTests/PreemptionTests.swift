import Core
import Scheduling
import Testing

/// Who gives way when pages run out.
@Suite struct PreemptionTests {
  /// Three sequences that grow in eight pages.
  private func bench(priorities: [Int]) throws -> Bench {
    var bench = try Bench(contextLength: 80, sequencesMax: 3, rowsMax: 16, pageCount: 8)
    for (own, priority) in priorities.enumerated() {
      _ = try bench.submit(Array(repeating: TokenID(own), count: 4), maxTokens: 70, priority: priority)
    }
    return bench
  }

  @Test func theYoungestGivesWayFirst() throws {
    var bench = try bench(priorities: [0, 0, 0])
    try bench.drain()
    #expect(bench.preempted.first == 2)
    #expect(!bench.preempted.contains(0))
    let finished = bench.outputs.compactMap { output -> UInt64? in
      if case .token(let token, .length) = output { token.sequence.rawValue } else { nil }
    }
    #expect(finished == [0, 1, 2])
  }

  @Test func lowerPrioritiesGiveWayFirst() throws {
    var bench = try bench(priorities: [1, 0, 2])
    try bench.drain()
    #expect(bench.preempted.first == 1)
    #expect(!bench.preempted.contains(2))
  }

  /// Its tokens are kept and computed again, those that were cached not even that.
  @Test func whoGaveWayGoesOnWhereItWas() throws {
    var bench = try bench(priorities: [0, 0, 0])
    var lengths: [UInt64: Int] = [:]
    for _ in 0..<10_000 where bench.scheduler.sequenceCount > 0 {
      for batch in bench.step() {
        for opening in batch.openings {
          #expect(opening.tokens.count >= lengths[opening.sequence.rawValue] ?? 0)
          lengths[opening.sequence.rawValue] = opening.tokens.count
          #expect(opening.promptCount == 4)
        }
      }
      if !bench.flying.isEmpty { try bench.complete() }
    }
    #expect(lengths[2]! > 4)
    #expect(bench.scheduler.statistics.preemptions == bench.preempted.count)
  }

  /// A sample that is on its way when its sequence gives way is not lost, and not drawn twice.
  @Test func samplesOnTheirWayArriveOnce() throws {
    var bench = try bench(priorities: [0, 0, 0])
    try bench.drain()
    var positions: [UInt64: [Int]] = [:]
    for case .token(let token, _) in bench.outputs {
      positions[token.sequence.rawValue, default: []].append(token.position)
    }
    for sequence in 0..<3 as Range<UInt64> { #expect(positions[sequence] == Array(4..<74)) }
  }

  @Test func cancellingGivesPagesBackAtTheNextStep() throws {
    var bench = try Bench(contextLength: 64, sequencesMax: 1, rowsMax: 64)
    let first = try bench.submit(Array(repeating: 1, count: 30))
    bench.step()
    _ = try bench.submit(Array(repeating: 2, count: 30))
    bench.scheduler.cancel(first)
    #expect(bench.scheduler.availablePages == 4)
    let batch = try #require(bench.step().first)
    #expect(batch.closings == [first])
    #expect(batch.openings.map(\.sequence.rawValue) == [1])
  }
}
