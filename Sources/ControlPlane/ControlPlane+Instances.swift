import Core
import Placement

extension ControlPlane {
  /// Starts whatever is due: placements, and attempts to join.
  mutating func advance(at now: Moment) -> [ControlPlaneCommand] {
    instances.keys.sorted().flatMap { id -> [ControlPlaneCommand] in
      switch instances[id]?.phase {
      case .waiting(let retry) where retry <= now: place(id, at: now)
      case .parted(let retry) where retry <= now: join(id)
      default: []
      }
    }
  }

  /// Places an instance and orders its stages, or says what is missing.
  private mutating func place(_ id: InstanceID, at now: Moment) -> [ControlPlaneCommand] {
    guard var instance = instances[id] else { return [] }
    let isPatient = now.nanoseconds(since: instance.waitingSince) < settings.workersPatienceNs
    guard !workers.isEmpty, workers.count >= settings.workersExpected || !isPatient else {
      instances[id]?.detail = "waits for workers: \(workers.count) of \(settings.workersExpected) have joined"
      return []
    }
    do throws(OctavoError) {
      instance.stages = try placements(of: instance.model)
    } catch {
      instances[id]?.detail = error.message
      instances[id]?.isRefused = true
      instances[id]?.phase = .waiting(retry: now.advanced(byNanoseconds: settings.retryPauseMaxNs))
      return []
    }
    instance.epoch.rawValue += 1
    instance.phase = .loading
    instance.detail = ""
    instance.isRefused = false
    instances[id] = instance
    return orders(id, instance)
  }

  private func placements(of model: ServedModel) throws(OctavoError) -> [StageRecord] {
    let budgets = workers.map { id, worker in
      WorkerBudget(id: id, memory: ByteCount(max(0, worker.memory.bytes - memoryUsed(on: id).bytes)))
    }
    let placed = try Placement.split(
      model.architecture, configuration: model.configuration, capacity: model.capacity, over: budgets,
      storedHeadBytesPerElement: model.storedHeadBytesPerElement)
    return placed.map { stage in
      StageRecord(
        worker: stage.worker, address: workers[stage.worker]?.address ?? "", range: stage.range, memory: stage.bytes)
    }
  }

  private func orders(_ id: InstanceID, _ instance: InstanceRecord) -> [ControlPlaneCommand] {
    instance.stages.enumerated().map { index, stage in
      .load(
        LoadOrder(
          stage: StageID(instance: id, index: index), epoch: instance.epoch, address: stage.address,
          model: instance.model, range: stage.range,
          nextAddress: index + 1 < instance.stages.count ? instance.stages[index + 1].address : nil))
    }
  }

  mutating func stageLoaded(
    _ stage: StageID, _ epoch: Epoch, _ memory: ByteCount, at now: Moment
  ) -> [ControlPlaneCommand] {
    guard isCurrent(stage, epoch), let instance = instances[stage.instance], case .loading = instance.phase else {
      return []
    }
    let offered = workers[instance.stages[stage.index].worker]?.memory ?? ByteCount(0)
    guard memory <= offered else {
      let reason = "stage \(stage.index) claims to take \(memory) on a worker that offers \(offered)"
      return withdraw(stage.instance, reason, at: now)
    }
    instances[stage.instance]?.stages[stage.index].isLoaded = true
    instances[stage.instance]?.stages[stage.index].loadedFraction = 1
    instances[stage.instance]?.stages[stage.index].memory = memory
    let isComplete = instances[stage.instance]?.stages.allSatisfy(\.isLoaded) == true
    return isComplete ? join(stage.instance) : []
  }

  /// Each attempt is an epoch of its own, so that what an earlier one left behind cannot answer.
  private mutating func join(_ id: InstanceID) -> [ControlPlaneCommand] {
    guard var instance = instances[id] else { return [] }
    instance.epoch.rawValue += 1
    instance.phase = .joining
    instances[id] = instance
    return [.join(id, instance.epoch, instance.model, addresses: instance.stages.map(\.address))]
  }

  mutating func pipelineJoined(_ id: InstanceID, _ epoch: Epoch, at now: Moment) {
    guard instances[id]?.epoch == epoch, case .joining = instances[id]?.phase else { return }
    instances[id]?.phase = .ready(since: now)
    instances[id]?.detail = ""
  }

  mutating func pipelineLost(
    _ id: InstanceID, _ epoch: Epoch, _ error: OctavoError, at now: Moment
  ) -> [ControlPlaneCommand] {
    guard var instance = instances[id], instance.epoch == epoch else { return [] }
    forgive(&instance, at: now)
    guard instance.failures < settings.joinAttemptsMax else { return withdraw(id, error.message, at: now) }
    instance.failures += 1
    instance.phase = .parted(retry: now.advanced(byNanoseconds: pause(after: instance.failures)))
    instance.detail = error.message
    instances[id] = instance
    return [.part(id, epoch)]
  }

  /// Takes an instance off its workers and lets it wait for a new place.
  mutating func withdraw(_ id: InstanceID, _ reason: String, at now: Moment) -> [ControlPlaneCommand] {
    guard var instance = instances[id] else { return [] }
    var commands: [ControlPlaneCommand] = [.part(id, instance.epoch)]
    for (index, stage) in instance.stages.enumerated() where workers[stage.worker] != nil {
      commands.append(.unload(StageID(instance: id, index: index), instance.epoch, address: stage.address))
    }
    forgive(&instance, at: now)
    instance.failures += 1
    instance.stages = []
    instance.epoch.rawValue += 1
    instance.phase = .waiting(retry: now.advanced(byNanoseconds: pause(after: instance.failures)))
    instance.waitingSince = now
    instance.detail = reason
    instances[id] = instance
    return commands
  }

  /// A pipeline that only ever stands for a moment has not recovered: its failures go on counting.
  private func forgive(_ instance: inout InstanceRecord, at now: Moment) {
    guard case .ready(let since) = instance.phase, now.nanoseconds(since: since) >= settings.healthyLifeNs else {
      return
    }
    instance.failures = 0
  }

  /// The pause doubles with each failure in a row, up to a limit.
  private func pause(after failures: Int) -> UInt64 {
    let doubled = settings.retryPauseNs << UInt64(min(max(failures - 1, 0), 16))
    return min(doubled, settings.retryPauseMaxNs)
  }
}
