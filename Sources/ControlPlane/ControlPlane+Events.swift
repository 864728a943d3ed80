package import Core

extension ControlPlane {
  /// Takes in one event and says what to do about it, in order.
  package mutating func handle(_ event: ControlPlaneEvent, at now: Moment) -> [ControlPlaneCommand] {
    switch event {
    case .wanted(let instance, let model):
      instances[instance] = InstanceRecord(model: model, epoch: settings.firstEpoch, now: now)
      return []
    case .workerJoined(let worker, let address, let memory, let threads, let device):
      return welcome(
        worker, WorkerRecord(address: address, memory: memory, threads: threads, device: device, lastHeard: now))
    case .workerHeard(let worker):
      workers[worker]?.lastHeard = now
      return []
    case .workerLeft(let worker):
      return dismiss(worker, "left", at: now) + advance(at: now)
    case .stageProgressed(let stage, let epoch, let fraction):
      if isCurrent(stage, epoch) { instances[stage.instance]?.stages[stage.index].loadedFraction = fraction }
      return []
    case .stageLoaded(let stage, let epoch, let memory):
      return stageLoaded(stage, epoch, memory, at: now)
    case .stageRefused(let stage, let epoch, let error):
      guard isCurrent(stage, epoch) else { return [] }
      return withdraw(stage.instance, "stage \(stage.index): \(error.message)", at: now)
    case .pipelineJoined(let instance, let epoch):
      pipelineJoined(instance, epoch, at: now)
      return []
    case .pipelineLost(let instance, let epoch, let error):
      return pipelineLost(instance, epoch, error, at: now)
    case .tick:
      return expire(at: now) + advance(at: now)
    }
  }

  /// Whether news of a stage belongs to the life that its instance is in.
  func isCurrent(_ stage: StageID, _ epoch: Epoch) -> Bool {
    guard let instance = instances[stage.instance] else { return false }
    return instance.epoch == epoch && instance.stages.indices.contains(stage.index)
  }
}
