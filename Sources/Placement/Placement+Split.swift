package import Core
import Models

extension Placement {
  /// Splits a model's layers over workers, one stage a worker, so that the slowest stage is as fast as can be.
  ///
  /// What a stage's time is, the goal says: see `SplitGoal.seconds`. The best split is found exactly, among those
  /// that fit with the demand's least pages: no other has a faster slowest stage, then a faster second slowest, and
  /// so on. Stages follow the order of the workers' ids, except that the last one, which holds the head, goes where
  /// the split is best: where that makes no difference to the worker with the most memory, of equals the highest id.
  /// Equal workers get equal counts, give or take one, the earlier stages the larger.
  ///
  /// - Parameters:
  ///   - workers: in any order. Without a `stageCount`, those that cannot hold one layer are left out, and those
  ///     that would hold up the others.
  ///   - stageCount: how many stages to make, or `nil` for as many as make the split best. Where there are more
  ///     workers than stages, those with the most memory serve, lower ids first.
  /// - Throws: RESOURCE_EXHAUSTED with the bytes that are missing and where; INVALID_ARGUMENT for a worker
  ///   listed twice or a stage count that cannot be; UNAVAILABLE without workers.
  package static func split(
    _ demand: InstanceDemand, over workers: [WorkerBudget], stageCount: Int? = nil
  ) throws(OctavoError) -> [StagePlacement] {
    try check(demand, workers, stageCount)
    return try split(demand, StageCosts(demand), over: workers, stageCount: stageCount)
  }

  /// - Parameter costs: with the pages that the split must have room for.
  static func split(
    _ demand: InstanceDemand, _ costs: StageCosts, over workers: [WorkerBudget], stageCount: Int? = nil
  ) throws(OctavoError) -> [StagePlacement] {
    let candidates = stageCount.map { Array(bySize(workers).prefix($0)) } ?? usable(workers, costs)
    if let best = try fastest(demand, costs, candidates, usesAll: stageCount != nil) { return best.stages }
    throw refusal(costs, workers, stageCount)
  }

  private static func fastest(
    _ demand: InstanceDemand, _ costs: StageCosts, _ candidates: [WorkerBudget], usesAll: Bool
  ) throws(OctavoError) -> Split? {
    let row = candidates.sorted { $0.id < $1.id }
    let times = try stageTimes(demand, row)
    var best: Split?
    var tried: Set<WorkerKind> = []
    let order = row.indices.sorted { (row[$0].memory, row[$0].id) > (row[$1].memory, row[$1].id) }
    for last in order where tried.insert(WorkerKind(row[last])).inserted {
      let split = Apportionment(row, last: last, costs).fastest(times, usesAll: usesAll)
      guard let split else { continue }
      if best.map({ split.isFaster(than: $0) }) ?? true { best = split }
    }
    return best
  }

  private static func stageTimes(
    _ demand: InstanceDemand, _ workers: [WorkerBudget]
  ) throws(OctavoError) -> [WorkerRates: StageTimes] {
    func work(_ layers: Range<Int>, projects: Bool) throws(OctavoError) -> StageWork {
      try StageWork(
        demand.architecture, StageRange(layers: layers, embeds: false, projects: projects), demand.configuration,
        storedHeadBytesPerElement: demand.storedHeadBytesPerElement)
    }
    let layer = try work(0..<1, projects: false)
    let head = try work(0..<0, projects: true)
    let times = workers.map { ($0.rates, StageTimes(layer: layer, head: head, demand.splitGoal, $0.rates)) }
    return Dictionary(times) { one, _ in one }
  }
}

extension Placement {
  static func check(
    _ demand: InstanceDemand, _ workers: [WorkerBudget], _ stageCount: Int? = nil
  ) throws(OctavoError) {
    guard !workers.isEmpty else {
      throw OctavoError(.unavailable, "there are no workers to place the model on: start one")
    }
    guard workers.count <= Limits.workersMax else {
      throw OctavoError(.resourceExhausted, "\(workers.count) workers: at most \(Limits.workersMax) are placed on")
    }
    let ids = workers.map(\.id).sorted()
    for (one, next) in zip(ids, ids.dropFirst()) where one == next {
      throw .invalid("worker", quoted(one.rawValue), "it is listed twice")
    }
    let layerCount = demand.architecture.layerCount
    let most = min(workers.count, layerCount, Limits.stagesMax)
    if let stageCount, !(1...most).contains(stageCount) {
      throw .invalid(
        "number of stages", "\(stageCount)",
        "give 1 to \(most) for \(workers.count) workers and \(layerCount) layers")
    }
  }

  /// Those that can hold a layer, at most as many as a pipeline may have stages.
  static func usable(_ workers: [WorkerBudget], _ costs: StageCosts) -> [WorkerBudget] {
    let holding = bySize(workers).filter { costs.layersMax(in: $0.memory, projects: false) > 0 }
    return Array(holding.prefix(Limits.stagesMax))
  }

  /// Most memory first, lower ids first.
  private static func bySize(_ workers: [WorkerBudget]) -> [WorkerBudget] {
    workers.sorted { ($1.memory, $0.id) < ($0.memory, $1.id) }
  }

  private static func refusal(
    _ costs: StageCosts, _ workers: [WorkerBudget], _ stageCount: Int?
  ) -> OctavoError {
    let count = stageCount ?? max(1, min(usable(workers, costs).count, costs.layerCount))
    let row = bySize(workers).prefix(count).sorted { $0.id < $1.id }
    let refusals = row.indices.reversed().map { Apportionment(row, last: $0, costs).refusal }
    return OctavoError(
      .resourceExhausted,
      "the model does not fit: \(refusals.min { $0.missing < $1.missing }!); give workers more memory, add workers, "
        + "or lower the context length, the tokens of KV or the number of sequences")
  }
}

/// Workers of a kind make splits of the same times, whichever of them is last.
private struct WorkerKind: Hashable {
  var memory: ByteCount
  var rates: WorkerRates

  init(_ worker: WorkerBudget) {
    memory = worker.memory
    rates = worker.rates
  }
}
