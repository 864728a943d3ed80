package import Core

extension Placement {
  /// Finds the places of several instances on the same workers, in order.
  ///
  /// First each gets the least it can do with; those that do not fit beside the ones before them are refused. What
  /// is left on a worker is then shared: each instance in turn may take an equal part of what the ones before it
  /// left, beyond what the ones after it need at least. So all that fit are placed, whatever the first could use.
  ///
  /// - Returns: for each demand its placement, or why there is none: as ``place(_:over:)`` throws.
  package static func plan(
    _ demands: [InstanceDemand], over workers: [WorkerBudget]
  ) -> [Result<InstancePlacement, OctavoError>] {
    var room = Room(workers)
    let least = demands.map { demand in
      Result { () throws(OctavoError) in
        let stages = try split(demand, over: room.budgets)
        room.take(stages)
        return stages
      }
    }
    for case .success(let stages) in least { room.expect(stages) }
    return zip(demands, least).map { demand, least in
      least.flatMap { stages in
        Result { () throws(OctavoError) in
          let placement = try place(demand, over: room.shares(for: stages))
          room.exchange(stages, for: placement.stages)
          return placement
        }
      }
    }
  }
}

/// What is left of the workers' memory, and how many instances are still to share it.
private struct Room {
  private(set) var budgets: [WorkerBudget]
  private let indices: [WorkerID: Int]
  private var expected: [Int]

  init(_ workers: [WorkerBudget]) {
    budgets = workers
    indices = Dictionary(workers.indices.map { (workers[$0].id, $0) }, uniquingKeysWith: { one, _ in one })
    expected = Array(repeating: 0, count: workers.count)
  }

  mutating func take(_ stages: [StagePlacement]) { add(stages, -1) }

  /// An instance will come for its share.
  mutating func expect(_ stages: [StagePlacement]) {
    for stage in stages { expected[indices[stage.worker]!] += 1 }
  }

  /// What an instance may take that would do with `stages`: those, and its part of the rest. What nobody comes for is
  /// its own.
  func shares(for stages: [StagePlacement]) -> [WorkerBudget] {
    let least = Dictionary(uniqueKeysWithValues: stages.map { ($0.worker, $0.bytes.bytes) })
    return budgets.indices.compactMap { index in
      var budget = budgets[index]
      guard least[budget.id] != nil || expected[index] == 0 else { return nil }
      budget.memory = ByteCount((least[budget.id] ?? 0) + budget.memory.bytes / max(1, expected[index]))
      return budget
    }
  }

  /// An instance has come: it holds `taken` now in place of `stages`.
  mutating func exchange(_ stages: [StagePlacement], for taken: [StagePlacement]) {
    add(stages, 1)
    add(taken, -1)
    for stage in stages { expected[indices[stage.worker]!] -= 1 }
  }

  private mutating func add(_ stages: [StagePlacement], _ sign: Int) {
    for stage in stages { budgets[indices[stage.worker]!].memory.bytes += sign * stage.bytes.bytes }
  }
}
