import Core
import Models
import Placement
import TestSupport
import Testing

/// Random small cases held against every possible split.
@Suite struct BruteForceTests {
  static func outcome(_ example: RandomCase) -> Result<[StagePlacement], OctavoError> {
    Result { () throws(OctavoError) in
      try Placement.split(example.demand, over: example.budgets, stageCount: example.stageCount)
    }
  }

  /// Which workers serve where all must, as the documentation says.
  static func chosen(_ example: RandomCase) -> [Int] {
    let usable = example.memory.filter { $0 >= RandomCase.base + RandomCase.perLayer }
    let count = example.stageCount ?? max(1, min(usable.count, example.layers))
    let order = example.memory.indices.sorted { (-example.memory[$0], $0) < (-example.memory[$1], $1) }
    return order.prefix(count).sorted()
  }

  @Test(arguments: RandomCase.all) func agreesWithEverySplit(example: RandomCase) throws {
    let rows = example.stageCount == nil ? example.rows : example.rows(over: Self.chosen(example))
    let feasible = rows.filter { example.shortage($0) == 0 }
    switch Self.outcome(example) {
    case .success(let placements):
      try check(placements, example)
      let row = RandomCase.Row(
        workers: placements.map { Int($0.worker.rawValue.dropFirst())! },
        counts: placements.map(\.range.layers.count))
      #expect(example.shortage(row) == 0)
      let times = try example.times(row)
      for other in feasible { #expect(try !example.times(other).lexicographicallyPrecedes(times), "\(other)") }
      // Of the splits that are as fast, one whose last worker has the most memory, and of those the highest id.
      let last = try feasible.filter { try example.times($0) == times }.map { $0.workers.last! }
        .max { (example.memory[$0], $0) < (example.memory[$1], $1) }
      #expect(row.workers.last == last)
    case .failure(let error):
      #expect(feasible.isEmpty)
      #expect(error.code == .resourceExhausted)
      let least = example.rows(over: Self.chosen(example)).map { example.shortage($0) }.min()!
      #expect(error.message.contains("the model does not fit: \(least) bytes"), "\(error.message)")
    }
  }

  private func check(_ placements: [StagePlacement], _ example: RandomCase) throws {
    #expect(placements.first?.range.embeds == true)
    #expect(placements.last?.range.projects == true)
    #expect(!placements.dropFirst().contains { $0.range.embeds })
    #expect(placements.dropLast().allSatisfy { !$0.range.projects })
    #expect(placements.flatMap { Array($0.range.layers) } == Array(0..<example.layers))
    #expect(Set(placements.map(\.worker)).count == placements.count)
    for placement in placements {
      let memory = try StageMemory(
        RandomCase.architecture(example.layers), placement.range, .int8, SplitTests.capacity)
      #expect(placement.bytes == memory.total)
    }
  }

  @Test func coversBothOutcomes() {
    let fits = RandomCase.all.count { (try? Self.outcome($0).get()) != nil }
    #expect(fits > 150)
    #expect(RandomCase.all.count - fits > 150)
  }

  @Test(arguments: RandomCase.all.prefix(50)) func doesNotDependOnTheOrderOfWorkers(example: RandomCase) throws {
    var generator = SeededGenerator(seed: 7)
    let expected = try? Self.outcome(example).get()
    for _ in 0..<3 {
      let shuffled = example.budgets.shuffled(using: &generator)
      let placements = try? Placement.split(example.demand, over: shuffled, stageCount: example.stageCount)
      #expect(placements == expected)
    }
  }
}
