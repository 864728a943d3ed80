import Core
import Models
import Placement
import TestSupport
import Testing

/// Random small cases held against every possible split.
@Suite struct BruteForceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var layers: Int
    var memory: [Int]
    var stageCount: Int?
    var testDescription: String { "\(layers) layers, \(memory), stages \(stageCount.map(String.init) ?? "any")" }
  }

  static let vocabulary = 6_400
  static let base = (try? SplitTests.bytes(architecture(1), 0..<0, projects: false)) ?? 0
  static let perLayer = ((try? SplitTests.bytes(architecture(1), 0..<1, projects: false)) ?? 0) - base
  static let head = ((try? SplitTests.bytes(architecture(1), 0..<0, projects: true)) ?? 0) - base

  static func architecture(_ layers: Int) -> Architecture {
    SplitTests.architecture(layers: layers, vocabulary: vocabulary)
  }

  static let cases: [Case] = {
    var generator = SeededGenerator(seed: 42)
    return (0..<400).map { _ in
      let workers = Int.random(in: 1...4, using: &generator)
      let layers = Int.random(in: 1...7, using: &generator)
      let isRoomy = Int.random(in: 0..<3, using: &generator) == 0
      let memory = (0..<workers).map { _ in
        isRoomy
          ? Int.random(in: base + perLayer * 7 + head...base * 16, using: &generator)
          : base + Int.random(in: -perLayer...perLayer * 6, using: &generator)
            + (Bool.random(using: &generator) ? head : 0)
      }
      let most = min(workers, layers)
      let stageCount = Bool.random(using: &generator) ? Int.random(in: 1...most, using: &generator) : nil
      return Case(layers: layers, memory: memory, stageCount: stageCount)
    }
  }()

  static func outcome(_ example: Case) -> Result<[StagePlacement], OctavoError> {
    Result { () throws(OctavoError) in
      try Placement.split(
        architecture(example.layers), configuration: .int8, capacity: SplitTests.capacity,
        over: SplitTests.budgets(example.memory), stageCount: example.stageCount)
    }
  }

  /// All ways to write `layers` as a sum of `parts` numbers of at least 1.
  static func compositions(_ layers: Int, _ parts: Int) -> [[Int]] {
    if parts == 1 { return layers >= 1 ? [[layers]] : [] }
    guard layers >= parts else { return [] }
    return (1...layers - parts + 1).flatMap { first in compositions(layers - first, parts - 1).map { [first] + $0 } }
  }

  /// What a row of stages needs beyond its workers' memory.
  static func shortage(_ counts: [Int], _ memory: [Int]) -> Int {
    zip(counts, memory).enumerated().reduce(0) { sum, item in
      let needed = base + item.element.0 * perLayer + (item.offset == counts.count - 1 ? head : 0)
      return sum + max(0, needed - max(0, item.element.1))
    }
  }

  static func rotations(_ memory: [Int]) -> [[Int]] {
    memory.indices.map { last in memory.indices.filter { $0 != last }.map { memory[$0] } + [memory[last]] }
  }

  /// Which workers may serve, as the documentation says.
  static func chosen(_ example: Case) -> [Int] {
    let usable = example.memory.filter { $0 >= base + perLayer }
    let count = example.stageCount ?? max(1, min(usable.count, example.layers))
    let order = example.memory.indices.sorted { (-example.memory[$0], $0) < (-example.memory[$1], $1) }
    return order.prefix(count).sorted().map { example.memory[$0] }
  }

  @Test(arguments: cases) func agreesWithEverySplit(example: Case) throws {
    let memory = Self.chosen(example)
    let counts = Self.compositions(example.layers, memory.count)
    let feasible = Self.rotations(memory).map { row in counts.filter { Self.shortage($0, row) == 0 } }
    switch Self.outcome(example) {
    case .success(let placements):
      try check(placements, example)
      let row = placements.map { example.memory[Int($0.worker.rawValue.dropFirst())!] }
      let split = placements.map(\.range.layers.count)
      // The highest id with which a split fits comes last.
      let last = feasible.lastIndex { !$0.isEmpty }!
      #expect(row == Self.rotations(memory)[last])
      #expect(feasible[last].contains(split))
      let cost = Self.cost(split, row)
      for other in feasible[last] { #expect(cost <= Self.cost(other, row) * (1 + 1e-12), "\(other)") }
    case .failure(let error):
      #expect(!feasible.contains { !$0.isEmpty })
      #expect(error.code == .resourceExhausted)
      let least = Self.rotations(memory).flatMap { row in counts.map { Self.shortage($0, row) } }.min()!
      #expect(error.message.contains("the model does not fit: \(least) bytes"), "\(error.message)")
    }
  }

  static func cost(_ counts: [Int], _ memory: [Int]) -> Double {
    zip(counts, memory).reduce(0) { $0 + Double($1.0 * $1.0) / Double($1.1) }
  }

  private func check(_ placements: [StagePlacement], _ example: Case) throws {
    #expect(placements.first?.range.embeds == true)
    #expect(placements.last?.range.projects == true)
    #expect(!placements.dropFirst().contains { $0.range.embeds })
    #expect(placements.dropLast().allSatisfy { !$0.range.projects })
    #expect(placements.flatMap { Array($0.range.layers) } == Array(0..<example.layers))
    #expect(Set(placements.map(\.worker)).count == placements.count)
    for placement in placements {
      let memory = try StageMemory(Self.architecture(example.layers), placement.range, .int8, SplitTests.capacity)
      #expect(placement.bytes == memory.total)
    }
  }

  @Test func coversBothOutcomes() {
    let fits = Self.cases.count { (try? Self.outcome($0).get()) != nil }
    #expect(fits > 100)
    #expect(Self.cases.count - fits > 100)
  }

  @Test(arguments: cases.prefix(50)) func doesNotDependOnTheOrderOfWorkers(example: Case) throws {
    var generator = SeededGenerator(seed: 7)
    let expected = try? Self.outcome(example).get()
    for _ in 0..<3 {
      let shuffled = SplitTests.budgets(example.memory).shuffled(using: &generator)
      let placements = try? Placement.split(
        Self.architecture(example.layers), configuration: .int8, capacity: SplitTests.capacity, over: shuffled,
        stageCount: example.stageCount)
      #expect(placements == expected)
    }
  }
}
