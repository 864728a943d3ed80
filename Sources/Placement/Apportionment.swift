import Core

/// Layers handed out to an ordered row of workers, one of which holds the head.
struct Apportionment {
  private let workers: [WorkerBudget]
  private let costs: StageCosts

  /// - Parameters:
  ///   - workers: not more than there are layers.
  ///   - last: which of them takes the last stage; the others keep their order before it.
  init(_ workers: [WorkerBudget], last: Int, _ costs: StageCosts) {
    var row = workers
    row.append(row.remove(at: last))
    self.workers = row
    self.costs = costs
  }

  var result: Result<[StagePlacement], PlacementRefusal> {
    let most = workers.indices.map { costs.layersMax(in: workers[$0].memory, projects: projects($0)) }
    if most.allSatisfy({ $0 > 0 }), most.reduce(0, +) >= costs.layerCount {
      return .success(placements(proportional(atMost: most)))
    }
    let stages = placements(leastShort())
    let shortages = zip(stages, workers).compactMap { stage, worker in
      let missing = stage.bytes.bytes - max(0, worker.memory.bytes)
      return missing > 0 ? PlacementRefusal.Shortage(stage: stage, missing: ByteCount(missing)) : nil
    }
    return .failure(PlacementRefusal(shortages: shortages))
  }

  /// Webster's method with bounds: every stage gets one layer, each further layer goes where
  /// (2 * layers + 1) / memory is least, earlier stages first. The terms of the sum of layers² / memory
  /// are convex, so the greedy choice is the best.
  private func proportional(atMost most: [Int]) -> [Int] {
    handOut { stage, layers in
      guard layers < most[stage] else { return nil }
      return Fraction(numerator: 2 * layers + 1, denominator: workers[stage].memory.bytes)
    }
  }

  /// The counts that need the least memory on top of what there is, were it possible.
  private func leastShort() -> [Int] {
    handOut { stage, layers in
      Fraction(numerator: shortage(stage, layers + 1) - shortage(stage, layers), denominator: 1)
    }
  }

  private func shortage(_ stage: Int, _ layers: Int) -> Int {
    let needed = costs.bytes(layers: layers, projects: projects(stage))
    return max(0, needed - max(0, workers[stage].memory.bytes))
  }

  /// Gives every stage one layer and each further one where `price(stage, layers there)` is least.
  private func handOut(_ price: (Int, Int) -> Fraction?) -> [Int] {
    var counts = workers.map { _ in 1 }
    for _ in workers.count..<costs.layerCount {
      var best: (stage: Int, price: Fraction)?
      for stage in counts.indices {
        guard let price = price(stage, counts[stage]) else { continue }
        if best.map({ price < $0.price }) ?? true { best = (stage, price) }
      }
      counts[best!.stage] += 1
    }
    return counts
  }

  private func placements(_ counts: [Int]) -> [StagePlacement] {
    var start = 0
    return counts.indices.map { stage in
      defer { start += counts[stage] }
      let range = StageRange(
        layers: start..<start + counts[stage], embeds: stage == 0, projects: projects(stage))
      let bytes = costs.bytes(layers: counts[stage], projects: projects(stage))
      return StagePlacement(worker: workers[stage].id, range: range, bytes: ByteCount(bytes))
    }
  }

  private func projects(_ stage: Int) -> Bool { stage == workers.count - 1 }
}

/// Compared exactly, so that no rounding decides a placement.
private struct Fraction: Comparable {
  /// Not negative.
  var numerator: Int
  /// Positive.
  var denominator: Int

  static func < (left: Self, right: Self) -> Bool {
    let one = left.numerator.multipliedFullWidth(by: right.denominator)
    let other = right.numerator.multipliedFullWidth(by: left.denominator)
    return (one.high, one.low) < (other.high, other.low)
  }

  static func == (left: Self, right: Self) -> Bool { !(left < right) && !(right < left) }
}
