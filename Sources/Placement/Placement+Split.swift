package import Core
package import Models

extension Placement {
  /// Splits a model's layers over workers, one stage a worker, layers in proportion to memory.
  ///
  /// Stages follow the order of the workers' ids. Layers are apportioned by Webster's method, the whole-number
  /// split that minimizes the sum of layers² / memory: equal workers get equal counts, give or take one, the
  /// earlier stages the larger. What else a stage holds (the head, KV, the runtime) plays no part until it
  /// no longer fits: then a worker gets as many layers as it can hold and the others share the rest. If no
  /// split fits with the highest id last, the highest id with which one does takes the last stage and its
  /// head.
  ///
  /// - Parameters:
  ///   - workers: in any order. Without a `stageCount`, those that cannot hold one layer are left out.
  ///   - stageCount: how many stages to make, or `nil` for one a worker, at most one a layer. Where there are
  ///     more workers than stages, those with the most memory serve, lower ids first.
  ///   - storedHeadBytesPerElement: as for `StageMemory`.
  /// - Throws: RESOURCE_EXHAUSTED with the bytes that are missing and where; INVALID_ARGUMENT for a worker
  ///   listed twice or a stage count that cannot be; UNAVAILABLE without workers.
  package static func split(
    _ architecture: Architecture, configuration: InstanceConfiguration, capacity: StageCapacity,
    over workers: [WorkerBudget], stageCount: Int? = nil, storedHeadBytesPerElement: Int = 2
  ) throws(OctavoError) -> [StagePlacement] {
    try check(architecture, workers, stageCount)
    let costs = try StageCosts(
      architecture, configuration, capacity, storedHeadBytesPerElement: storedHeadBytesPerElement)
    let chosen = choose(from: workers, costs, stageCount)
    var refusals: [PlacementRefusal] = []
    for last in chosen.indices.reversed() {
      switch Apportionment(chosen, last: last, costs).result {
      case .success(let placements): return placements
      case .failure(let refusal): refusals.append(refusal)
      }
    }
    let nearest = refusals.min { $0.missing < $1.missing }!
    throw OctavoError(
      .resourceExhausted,
      "the model does not fit: \(nearest); give workers more memory, add workers, or lower the context length or "
        + "the number of sequences")
  }

  private static func check(
    _ architecture: Architecture, _ workers: [WorkerBudget], _ stageCount: Int?
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
    let most = min(workers.count, architecture.layerCount, Limits.stagesMax)
    if let stageCount, !(1...most).contains(stageCount) {
      throw .invalid(
        "number of stages", "\(stageCount)",
        "give 1 to \(most) for \(workers.count) workers and \(architecture.layerCount) layers")
    }
  }

  /// The workers that serve, in the order of their ids.
  private static func choose(
    from workers: [WorkerBudget], _ costs: StageCosts, _ stageCount: Int?
  ) -> [WorkerBudget] {
    let bySize = workers.sorted { ($1.memory, $0.id) < ($0.memory, $1.id) }
    let usable = bySize.filter { costs.layersMax(in: $0.memory, projects: false) > 0 }
    let count = stageCount ?? max(1, min(usable.count, costs.layerCount, Limits.stagesMax))
    return bySize.prefix(count).sorted { $0.id < $1.id }
  }
}
