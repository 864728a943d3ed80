import Core
import Models
import Placement
import TestSupport
import Testing

/// A small random case, and the arithmetic of its own by which every possible split is judged.
struct RandomCase: Sendable, CustomTestStringConvertible {
  var layers: Int
  var memory: [Int]
  var threads: [Int]
  var splitGoal: SplitGoal
  var stageCount: Int?
  /// Beyond the least.
  var pagesMore: Int

  var testDescription: String {
    "\(layers) layers, \(memory), threads \(threads), \(splitGoal), stages \(stageCount.map(String.init) ?? "any")"
  }

  static let vocabulary = 6_400
  static let base = (try? SplitTests.bytes(architecture(1), 0..<0, projects: false)) ?? 0
  static let perLayer = ((try? SplitTests.bytes(architecture(1), 0..<1, projects: false)) ?? 0) - base
  static let head = ((try? SplitTests.bytes(architecture(1), 0..<0, projects: true)) ?? 0) - base
  /// Of one layer: 16 tokens of K and V of 32 channels in two bytes.
  static let perPage = 16 * 2 * 32 * 2

  static func architecture(_ layers: Int) -> Architecture {
    SplitTests.architecture(layers: layers, vocabulary: vocabulary)
  }

  static let all: [RandomCase] = {
    var generator = SeededGenerator(seed: 42)
    return (0..<600).map { _ in RandomCase(from: &generator) }
  }()

  private init(from generator: inout SeededGenerator) {
    let workers = Int.random(in: 1...4, using: &generator)
    layers = Int.random(in: 1...7, using: &generator)
    let isRoomy = Int.random(in: 0..<3, using: &generator) == 0
    let (base, perLayer, head) = (Self.base, Self.perLayer, Self.head)
    let amounts = (0..<workers).map { _ in
      isRoomy
        ? Int.random(in: base + perLayer * 7 + head...base * 16, using: &generator)
        : base + Int.random(in: -perLayer...perLayer * 6, using: &generator)
          + (Bool.random(using: &generator) ? head : 0)
    }
    // Several of a kind now and then: ties are where rules show.
    memory = Bool.random(using: &generator) ? amounts.map { _ in amounts[0] } : amounts
    threads = (0..<workers).map { _ in Int.random(in: 1...3, using: &generator) }
    splitGoal = SplitGoal.allCases.randomElement(using: &generator)!
    let most = min(workers, layers)
    stageCount = Bool.random(using: &generator) ? Int.random(in: 1...most, using: &generator) : nil
    pagesMore = [0, 10, 1 << 20].randomElement(using: &generator)!
  }

  var demand: InstanceDemand {
    SplitTests.demand(
      Self.architecture(layers), splitGoal, pageCountMax: SplitTests.capacity.pageCount + pagesMore)
  }

  var budgets: [WorkerBudget] { SplitTests.budgets(memory, threads: threads) }
}

extension RandomCase {
  /// Some workers in the order of their stages with their numbers of layers, the last with the head.
  struct Row: CustomStringConvertible {
    var workers: [Int]
    var counts: [Int]

    var description: String { "\(counts) on \(workers)" }
  }

  /// All ways to write `layers` as a sum of `parts` numbers of at least 1.
  static func compositions(_ layers: Int, _ parts: Int) -> [[Int]] {
    if parts == 1 { return layers >= 1 ? [[layers]] : [] }
    guard layers >= parts else { return [] }
    return (1...layers - parts + 1).flatMap { first in compositions(layers - first, parts - 1).map { [first] + $0 } }
  }

  /// Every split over just these workers, in ascending order but for the last.
  func rows(over workers: [Int]) -> [Row] {
    workers.flatMap { last in
      Self.compositions(layers, workers.count).map { Row(workers: workers.filter { $0 != last } + [last], counts: $0) }
    }
  }

  /// Every split there is over any workers.
  var rows: [Row] {
    (1..<1 << memory.count).flatMap { subset in
      rows(over: memory.indices.filter { subset >> $0 & 1 == 1 })
    }
  }

  /// What a row needs beyond its workers' memory, with the least pages and so many more.
  func shortage(_ row: Row, pagesMore: Int = 0) -> Int {
    row.counts.indices.reduce(0) { sum, index in
      let bytes =
        Self.base + row.counts[index] * (Self.perLayer + pagesMore * Self.perPage)
        + (index == row.counts.count - 1 ? Self.head : 0)
      return sum + max(0, bytes - max(0, memory[row.workers[index]]))
    }
  }

  /// Picoseconds of each stage, the slowest first.
  func times(_ row: Row) throws -> [Int] {
    let architecture = Self.architecture(1)
    let layer = try StageWork(architecture, StageRange(layers: 0..<1, embeds: false, projects: false), .int8)
    let head = try StageWork(architecture, StageRange(layers: 0..<0, embeds: false, projects: true), .int8)
    return row.counts.indices.map { index in
      let threads = Double(threads[row.workers[index]])
      let stage = row.counts[index] * picoseconds(layer, promptRows: 1_020, threads)
      return stage + (index == row.counts.count - 1 ? picoseconds(head, promptRows: 0, threads) : 0)
    }.sorted(by: >)
  }

  private func picoseconds(_ work: StageWork, promptRows: Double, _ threads: Double) -> Int {
    let reading = Double(work.weightBytes) / (32e9 * threads)
    let row = Double(work.operationsPerRow) / (470e9 * threads)
    let seconds =
      switch splitGoal {
      case .prefill: promptRows > 0 ? row : 0
      case .decode: reading
      case .mix: promptRows * row + 129 * max(reading / 16, row)
      }
    return Int((seconds * 1e12).rounded())
  }
}
