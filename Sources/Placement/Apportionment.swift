import Core

/// Layers handed out to workers in the order of their stages; the last of them holds the head.
struct Apportionment {
  private let workers: [WorkerBudget]
  private let costs: StageCosts

  /// - Parameter last: who takes the last stage; the others keep their order before it.
  init(_ workers: [WorkerBudget], last: Int, _ costs: StageCosts) {
    var row = workers
    row.append(row.remove(at: last))
    self.workers = row
    self.costs = costs
  }

  /// The split whose slowest stage is fastest, then its second slowest, and so on; `nil` if none fits.
  ///
  /// Each further layer goes where the stage is then done first. Stage times grow with each layer by the same
  /// amount, so the greedy choice is the best (Ibaraki and Katoh, "Resource Allocation Problems", 1988, chapter 5).
  /// Among equals the faster worker takes it, then the one with more memory, then the earlier stage.
  ///
  /// - Parameters:
  ///   - times: of workers of these rates.
  ///   - usesAll: whether every worker gets a layer; otherwise one that would hold up the others gets none.
  func fastest(_ times: [WorkerRates: StageTimes], usesAll: Bool) -> Split? {
    let times = workers.map { times[$0.rates]! }
    let most = workers.indices.map { costs.layersMax(in: workers[$0].memory, projects: projects($0)) }
    var counts = workers.indices.map { usesAll || projects($0) ? 1 : 0 }
    guard zip(counts, most).allSatisfy({ $0 <= $1 }), most.reduce(0, +) >= costs.layerCount else { return nil }
    func time(_ stage: Int, layers: Int) -> Int { times[stage].time(layers: layers, projects: projects(stage)) }
    /// What another layer costs; compared in this order.
    func price(_ stage: Int) -> (Int, Int, Int) {
      (time(stage, layers: counts[stage] + 1), -time(stage, layers: counts[stage]), -workers[stage].memory.bytes)
    }
    for _ in counts.reduce(0, +)..<costs.layerCount {
      let open = counts.indices.filter { counts[$0] < most[$0] }
      counts[open.min { price($0) < price($1) }!] += 1
    }
    let stages = counts.indices.map { time($0, layers: counts[$0]) }
    return Split(stages: placements(counts), times: stages.filter { $0 > 0 }.sorted(by: >))
  }

  /// What is missing where, for the split that needs the least memory on top of what there is.
  var refusal: PlacementRefusal {
    let stages = placements(leastShort())
    let shortages = zip(stages, workers).compactMap { stage, worker in
      let missing = stage.bytes.bytes - max(0, worker.memory.bytes)
      return missing > 0 ? PlacementRefusal.Shortage(stage: stage, missing: ByteCount(missing)) : nil
    }
    return PlacementRefusal(shortages: shortages)
  }

  /// A layer for each worker, and each further one where it lacks the least.
  private func leastShort() -> [Int] {
    var counts = workers.map { _ in 1 }
    for _ in workers.count..<costs.layerCount {
      let prices = counts.indices.map { shortage($0, counts[$0] + 1) - shortage($0, counts[$0]) }
      counts[prices.indices.min { prices[$0] < prices[$1] }!] += 1
    }
    return counts
  }

  private func shortage(_ stage: Int, _ layers: Int) -> Int {
    max(0, costs.bytes(layers: layers, projects: projects(stage)) - max(0, workers[stage].memory.bytes))
  }

  private func placements(_ counts: [Int]) -> [StagePlacement] {
    var start = 0
    return counts.indices.filter { counts[$0] > 0 }.map { stage in
      defer { start += counts[stage] }
      let range = StageRange(
        layers: start..<start + counts[stage], embeds: start == 0, projects: projects(stage))
      let bytes = costs.bytes(layers: counts[stage], projects: projects(stage))
      return StagePlacement(worker: workers[stage].id, range: range, bytes: ByteCount(bytes))
    }
  }

  private func projects(_ stage: Int) -> Bool { stage == workers.count - 1 }
}
