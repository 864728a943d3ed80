import Core
import Placement

extension ControlPlane {
  /// Starts whatever is due: placements, and attempts to join.
  mutating func advance(at now: Moment) -> [ControlPlaneCommand] {
    let places = places(at: now)
    return instances.keys.sorted().flatMap { id -> [ControlPlaneCommand] in
      switch instances[id]?.phase {
      case .waiting(let retry) where retry <= now: place(id, places[id], at: now)
      case .parted(let retry) where retry <= now: join(id)
      default: []
      }
    }
  }

  /// A place, or why there is none, for each instance that may be placed now. All that wait are planned for together,
  /// so that none takes the pages of all.
  private func places(at now: Moment) -> [InstanceID: Result<InstancePlacement, OctavoError>] {
    let waiting = instances.filter { $0.value.stages.isEmpty }.sorted { $0.key < $1.key }
    let isDue = waiting.map { $0.value.isDue(at: now) && hasWorkers(for: $0.value, at: now) }
    guard isDue.contains(true) else { return [:] }
    let budgets = workers.map { id, worker in
      WorkerBudget(
        id: id, memory: ByteCount(max(0, worker.memory.bytes - memoryUsed(on: id).bytes)),
        rates: WorkerRates(threads: worker.threads))
    }
    let plan = Placement.plan(waiting.map(\.value.model.demand), over: budgets)
    let due = zip(waiting, plan).enumerated().filter { isDue[$0.offset] }.map { ($0.element.0.key, $0.element.1) }
    return Dictionary(uniqueKeysWithValues: due)
  }

  /// Whether all workers are there, or an instance has waited for them long enough.
  private func hasWorkers(for instance: InstanceRecord, at now: Moment) -> Bool {
    let isPatient = now.nanoseconds(since: instance.waitingSince) < settings.workersPatienceNs
    return !workers.isEmpty && (workers.count >= settings.workersExpected || !isPatient)
  }

  /// Takes an instance's place and orders its stages, or says what is missing.
  private mutating func place(
    _ id: InstanceID, _ place: Result<InstancePlacement, OctavoError>?, at now: Moment
  ) -> [ControlPlaneCommand] {
    guard var instance = instances[id] else { return [] }
    switch place {
    case nil:
      instances[id]?.detail = "waits for workers: \(workers.count) of \(settings.workersExpected) have joined"
      return []
    case .failure(let error):
      instances[id]?.detail = error.message
      instances[id]?.isRefused = true
      instances[id]?.phase = .waiting(retry: now.advanced(byNanoseconds: settings.retryPauseMaxNs))
      return []
    case .success(let placement):
      instance.stages = placement.stages.map { stage in
        StageRecord(
          worker: stage.worker, address: workers[stage.worker]?.address ?? "", range: stage.range, memory: stage.bytes)
      }
      instance.pageCount = placement.pageCount
    }
    instance.epoch.rawValue += 1
    instance.phase = .loading
    instance.detail = ""
    instance.isRefused = false
    instances[id] = instance
    return orders(id, instance)
  }

  private func orders(_ id: InstanceID, _ instance: InstanceRecord) -> [ControlPlaneCommand] {
    var model = instance.model
    model.capacity.pageCount = instance.pageCount
    return instance.stages.enumerated().map { index, stage in
      .load(
        LoadOrder(
          stage: StageID(instance: id, index: index), epoch: instance.epoch, address: stage.address, model: model,
          range: stage.range,
          nextAddress: index + 1 < instance.stages.count ? instance.stages[index + 1].address : nil))
    }
  }
}

extension InstanceRecord {
  fileprivate func isDue(at now: Moment) -> Bool {
    if case .waiting(let retry) = phase { retry <= now } else { false }
  }
}
