import Core
import Models
import Placement
import TestSupport
import Testing

/// How many pages an instance gets, alone and beside others.
@Suite struct PagesTests {
  /// The most pages beyond the least with which a row fits; `nil` if it does not fit at all.
  static func pagesMore(_ row: RandomCase.Row, _ example: RandomCase) -> Int? {
    guard example.shortage(row) == 0 else { return nil }
    let room = row.counts.indices.map { index in
      let head = index == row.counts.count - 1 ? RandomCase.head : 0
      let free = example.memory[row.workers[index]] - RandomCase.base - head
      return (free - row.counts[index] * RandomCase.perLayer) / (row.counts[index] * RandomCase.perPage)
    }
    return room.reduce(example.pagesMore, min)
  }

  @Test(arguments: RandomCase.all) func usesMemoryToTheLastPage(example: RandomCase) throws {
    let possible = example.rows.compactMap { Self.pagesMore($0, example) }.max()
    let placement = try? Placement.place(example.demand, over: example.budgets)
    #expect((placement == nil) == (possible == nil))
    guard let placement, let possible else { return }
    let row = RandomCase.Row(
      workers: placement.stages.map { Int($0.worker.rawValue.dropFirst())! },
      counts: placement.stages.map(\.range.layers.count))
    let least = SplitTests.capacity.pageCount
    #expect(placement.pageCount - least == Self.pagesMore(row, example))
    let enough = max(least, min((least + possible) / 2, example.demand.pageCountMax / 4))
    #expect(placement.pageCount >= enough)
    var capacity = SplitTests.capacity
    capacity.pageCount = placement.pageCount
    for stage in placement.stages {
      let memory = try StageMemory(RandomCase.architecture(example.layers), stage.range, .int8, capacity)
      #expect(stage.bytes == memory.total)
    }
    let times = try example.times(row)
    for other in example.rows where Self.pagesMore(other, example) ?? -1 >= enough - least {
      #expect(try !example.times(other).lexicographicallyPrecedes(times), "\(other)")
    }
  }

  /// The even split would fill the small worker with layers, and leave all sequences the pages of one context.
  @Test func speedIsNotBoughtWithAllPages() throws {
    let architecture = SplitTests.architecture(layers: 8)
    let small = try SplitTests.bytes(architecture, 0..<4, projects: false)
    let budgets = SplitTests.budgets([small, SplitTests.large])
    let least = try Placement.place(SplitTests.demand(architecture, .prefill), over: budgets)
    #expect(least.stages.map(\.range.layers.count) == [4, 4])
    #expect(least.pageCount == SplitTests.capacity.pageCount)
    // Three layers leave room for 18 pages, two for 37, which is more than a quarter of 100.
    let more = try Placement.place(SplitTests.demand(architecture, .prefill, pageCountMax: 100), over: budgets)
    #expect(more.stages.map(\.range.layers.count) == [2, 6])
    #expect(more.pageCount == 37)
  }

  struct Fleet: Sendable, CustomTestStringConvertible {
    var demands: [InstanceDemand]
    var budgets: [WorkerBudget]
    var testDescription: String { "\(demands.map(\.architecture.layerCount)) layers, \(budgets.map(\.memory.bytes))" }
  }

  static let fleets: [Fleet] = {
    var generator = SeededGenerator(seed: 11)
    return (0..<300).map { _ in
      let workers = Int.random(in: 1...4, using: &generator)
      let demands = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        SplitTests.demand(
          RandomCase.architecture(.random(in: 1...8, using: &generator)),
          SplitGoal.allCases.randomElement(using: &generator)!,
          pageCountMax: SplitTests.capacity.pageCount + [0, 50, 1 << 20].randomElement(using: &generator)!)
      }
      let most = RandomCase.base * demands.count * 3 / 2
      let memory = (0..<workers).map { _ in Int.random(in: 0...most, using: &generator) }
      let threads = memory.map { _ in Int.random(in: 1...3, using: &generator) }
      return Fleet(demands: demands, budgets: SplitTests.budgets(memory, threads: threads))
    }
  }()

  /// Those that fit one after another with the least they can do with.
  static func fitting(_ fleet: Fleet) -> [Bool] {
    var budgets = fleet.budgets
    return fleet.demands.map { demand in
      guard let stages = try? Placement.split(demand, over: budgets) else { return false }
      for stage in stages {
        budgets[Int(stage.worker.rawValue.dropFirst())!].memory.bytes -= stage.bytes.bytes
      }
      return true
    }
  }

  @Test(arguments: fleets) func allThatFitArePlaced(fleet: Fleet) throws {
    let plan = Placement.plan(fleet.demands, over: fleet.budgets)
    #expect(plan.map { (try? $0.get()) != nil } == Self.fitting(fleet))
    var used: [WorkerID: Int] = [:]
    for (demand, result) in zip(fleet.demands, plan) {
      guard let placement = try? result.get() else { continue }
      #expect((demand.capacity.pageCount...demand.pageCountMax).contains(placement.pageCount))
      var capacity = demand.capacity
      capacity.pageCount = placement.pageCount
      #expect(placement.stages.flatMap { Array($0.range.layers) } == Array(0..<demand.architecture.layerCount))
      for stage in placement.stages {
        #expect(try stage.bytes == StageMemory(demand.architecture, stage.range, .int8, capacity).total)
        used[stage.worker, default: 0] += stage.bytes.bytes
      }
    }
    for worker in fleet.budgets { #expect(used[worker.id] ?? 0 <= worker.memory.bytes) }
  }

  @Test func coversManyAndNone() {
    let counts = Self.fleets.map { fleet in Self.fitting(fleet).count { $0 } }
    for count in 0...3 { #expect(counts.contains(count)) }
    #expect(zip(counts, Self.fleets).contains { $0 > 0 && $0 < $1.demands.count })
  }

  /// Alone, an instance gets what it would have got without a plan.
  @Test(arguments: RandomCase.all) func aPlanOfOneIsAPlace(example: RandomCase) {
    let alone = try? Placement.place(example.demand, over: example.budgets)
    let planned = Placement.plan([example.demand], over: example.budgets).first.flatMap { try? $0.get() }
    #expect(planned == alone)
  }

  @Test func anEmptyPlanAndNoWorkers() {
    #expect(Placement.plan([], over: SplitTests.budgets([1])).isEmpty)
    let plan = Placement.plan([SplitTests.demand(SplitTests.architecture(layers: 2))], over: [])
    #expect(throws: OctavoError.self) { try plan[0].get() }
  }
}
