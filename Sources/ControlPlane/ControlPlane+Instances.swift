import Core

extension ControlPlane {
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
  mutating func join(_ id: InstanceID) -> [ControlPlaneCommand] {
    guard var instance = instances[id] else { return [] }
    instance.epoch.rawValue += 1
    instance.phase = .joining
    instances[id] = instance
    return [
      .join(
        id, instance.epoch, instance.model, addresses: instance.stages.map(\.address), pageCount: instance.pageCount)
    ]
  }

  mutating func pipelineJoined(_ id: InstanceID, _ epoch: Epoch, at now: Moment) {
    guard instances[id]?.epoch == epoch, case .joining = instances[id]?.phase else { return }
    instances[id]?.phase = .ready(since: now)
    instances[id]?.detail = ""
  }

  mutating func pipelineLost(
    _ id: InstanceID, _ epoch: Epoch, _ error: OctavoError, at now: Moment
  ) -> [ControlPlaneCommand] {
    guard var instance = instances[id], instance.epoch == epoch, instance.isJoined else { return [] }
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
    instance.pageCount = 0
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

extension InstanceRecord {
  /// Whether there is a pipeline, or an attempt at one, that can be lost.
  fileprivate var isJoined: Bool {
    switch phase {
    case .joining, .ready: true
    case .waiting, .loading, .parted: false
    }
  }
}
