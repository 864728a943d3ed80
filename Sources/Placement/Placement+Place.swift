package import Core

extension Placement {
  /// Finds the place of one instance: the fastest split, and then as many pages as it leaves room for.
  ///
  /// Speed comes first, but not at any price: only splits count that leave room for a quarter of the most pages the
  /// demand names, or where there are no such, for half of what any split could have. Otherwise a worker with little
  /// memory would be filled with layers until all sequences of the instance wait for its few pages.
  ///
  /// - Throws: as ``split(_:over:stageCount:)``, when it does not fit with its least pages.
  package static func place(
    _ demand: InstanceDemand, over workers: [WorkerBudget]
  ) throws(OctavoError) -> InstancePlacement {
    try check(demand, workers)
    var costs = try StageCosts(demand)
    if let possible = pagesMax(demand, costs, workers) {
      costs.pageCount = max(demand.capacity.pageCount, min(possible / 2, demand.pageCountMax / 4))
    }
    let stages = try split(demand, costs, over: workers)
    let memory = Dictionary(uniqueKeysWithValues: workers.map { ($0.id, $0.memory) })
    let room = stages.map { stage in
      costs.pagesMax(
        in: memory[stage.worker] ?? stage.bytes, layers: stage.range.layers.count, projects: stage.range.projects)
    }
    costs.pageCount = room.reduce(demand.pageCountMax, min)
    return InstancePlacement(stages: stages.map { resized($0, costs) }, pageCount: costs.pageCount)
  }

  /// The most pages with which any split fits; `nil` if none does even with the least.
  private static func pagesMax(
    _ demand: InstanceDemand, _ costs: StageCosts, _ workers: [WorkerBudget]
  ) -> Int? {
    func fits(_ pageCount: Int) -> Bool {
      var costs = costs
      costs.pageCount = pageCount
      return canHold(usable(workers, costs), costs)
    }
    var least = demand.capacity.pageCount
    guard fits(least) else { return nil }
    // A stage of one layer and nothing else bounds the search, and keeps its products within 64 bits.
    let largest = workers.map { costs.pagesMax(in: $0.memory, layers: 1, projects: false) }.max() ?? least
    var most = max(least, min(demand.pageCountMax, largest))
    while least < most {
      let middle = most - (most - least) / 2
      if fits(middle) { least = middle } else { most = middle - 1 }
    }
    return least
  }

  /// Whether all layers fit, with the head on one of the workers.
  private static func canHold(_ workers: [WorkerBudget], _ costs: StageCosts) -> Bool {
    let most = workers.map { costs.layersMax(in: $0.memory, projects: false) }
    let sum = most.reduce(0, +)
    return workers.indices.contains { last in
      let withHead = costs.layersMax(in: workers[last].memory, projects: true)
      return withHead > 0 && sum - most[last] + withHead >= costs.layerCount
    }
  }

  private static func resized(_ stage: StagePlacement, _ costs: StageCosts) -> StagePlacement {
    var stage = stage
    stage.bytes = ByteCount(costs.bytes(layers: stage.range.layers.count, projects: stage.range.projects))
    return stage
  }
}
