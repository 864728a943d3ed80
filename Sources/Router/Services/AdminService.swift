import ControlPlane
import Core
import Messages
import RPC

/// The `octavo.v1.Admin` service.
struct AdminService: Sendable {
  let cluster: ClusterDriver
  let models: ModelTable
  let clock: ProcessClock

  func register(on server: Server) {
    server.answer(.admin("Status")) { await status() }
  }

  private func status() async -> StatusResponse {
    let (workers, records) = await cluster.snapshot
    var statuses: [ModelStatus] = []
    for driver in models.all { statuses.append(await status(of: driver, records)) }
    return StatusResponse(
      uptimeSeconds: Double(clock.now.nanoseconds) / 1e9, workers: workers, models: statuses)
  }

  private func status(of driver: ModelDriver, _ records: [InstanceID: InstanceRecord]) async -> ModelStatus {
    let instances = driver.instances.compactMap { instance in
      records[instance.id].map { InstanceStatus(instance.id, $0) }
    }
    var status = ModelStatus(
      model: driver.model.description(isReady: instances.contains { $0.state == .ready }), instances: instances,
      splitGoal: driver.model.served.splitGoal, requestsWaiting: 0, requestsRunning: 0, requestsFinished: 0,
      requestsFailed: 0)
    for instance in driver.instances {
      status.requestsWaiting += await instance.waitingCount
      status.requestsRunning += await instance.runningCount
      status.requestsFinished += await instance.finishedCount
      status.requestsFailed += await instance.failedCount
    }
    return status
  }
}

extension InstanceStatus {
  fileprivate init(_ id: InstanceID, _ record: InstanceRecord) {
    self.init(
      instance: id, state: record.state, detail: record.detail, epoch: record.epoch,
      stages: record.stages.enumerated().map { index, stage in
        StageStatus(
          stage: StageID(instance: id, index: index), worker: stage.worker, range: stage.range,
          memoryBytes: stage.memory.bytes, loadedFraction: stage.loadedFraction)
      }, pageCount: record.pageCount)
  }
}
