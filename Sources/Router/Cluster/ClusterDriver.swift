import ControlPlane
import Core
import Logging
import Messages
import Models
import RPC

/// Carries events to the control plane and carries out its commands.
actor ClusterDriver {
  private static let tickInterval: Duration = .milliseconds(250)
  /// Loading reads every byte of a stage; beyond this it counts as stuck.
  static let loadTimeout: Duration = .seconds(1_800)
  static let unloadTimeout: Duration = .seconds(10)
  /// A worker that hangs does not hold up the router's end for longer.
  private static let farewellTimeout: Duration = .seconds(2)

  private var plane: ControlPlane
  private let instances: [InstanceID: InstanceDriver]
  let channels: ChannelPool
  let log: Logger
  private let clock: ProcessClock
  private var links: [InstanceID: PipelineLink] = [:]
  private var joins: [InstanceID: Task<Void, Never>] = [:]
  private var workersJoined = 0
  private var isStopping = false

  init(settings: ControlPlaneSettings, models: ModelTable, channels: ChannelPool, clock: ProcessClock, log: Logger) {
    plane = ControlPlane(settings: settings)
    self.channels = channels
    self.clock = clock
    self.log = log
    var instances: [InstanceID: InstanceDriver] = [:]
    for driver in models.all {
      for instance in driver.instances { instances[instance.id] = instance }
    }
    self.instances = instances
  }

  /// Keeps the cluster as it should be until the task is cancelled.
  func run(_ models: ModelTable) async {
    for driver in models.all {
      for instance in driver.instances { handle(.wanted(instance.id, driver.model.served)) }
    }
    while !Task.isCancelled {
      handle(.tick)
      try? await Task.sleep(for: Self.tickInterval)
    }
  }

  /// Parts every pipeline and takes every stage off its worker.
  func stop() async {
    isStopping = true
    let reason = OctavoError(.unavailable, "the router is shutting down")
    for join in joins.values { join.cancel() }
    for link in links.values { link.close() }
    for driver in instances.values { await driver.giveUp(reason) }
    await withTaskGroup(of: Void.self) { group in
      for (id, record) in plane.instances {
        for (index, stage) in record.stages.enumerated() {
          group.addTask {
            await self.unload(
              StageID(instance: id, index: index), record.epoch, address: stage.address, timeout: Self.farewellTimeout)
          }
        }
      }
    }
  }

  func handle(_ event: ControlPlaneEvent) {
    guard !isStopping else { return }
    note(event)
    for command in plane.handle(event, at: clock.now) { carryOut(command) }
  }

  private func carryOut(_ command: ControlPlaneCommand) {
    switch command {
    case .load(let order): Task { await self.load(order) }
    case .unload(let stage, let epoch, let address): Task { await self.unload(stage, epoch, address: address) }
    case .join(let id, let epoch, let model, let addresses, let pageCount):
      joins[id]?.cancel()
      joins[id] = Task { await self.join(id, epoch, model, addresses, pageCount) }
    case .part(let id, let epoch):
      joins.removeValue(forKey: id)?.cancel()
      if let link = links[id], link.epoch <= epoch {
        links[id] = nil
        link.close()
      }
    case .forget(let address): Task { await self.forget(address) }
    }
  }

  private func forget(_ address: String) async {
    guard !plane.workers.values.contains(where: { $0.address == address }) else { return }
    await channels.drop(address)
  }
}

extension ClusterDriver {
  /// Makes a worker known under a name of its own.
  func welcome(_ request: JoinRequest) throws(OctavoError) -> JoinResponse {
    guard plane.workers.count < Limits.workersMax else {
      throw OctavoError(.resourceExhausted, "\(plane.workers.count) workers have joined, the most allowed")
    }
    workersJoined += 1
    let worker = WorkerID("worker-\(workersJoined)")
    handle(
      .workerJoined(
        worker, address: request.address, memory: ByteCount(request.memoryBytes), threads: request.threads,
        device: request.device))
    return JoinResponse(
      worker: worker, heartbeatIntervalMs: Int(plane.settings.heartbeatIntervalNs / 1_000_000))
  }

  /// - Throws: NOT_FOUND for a worker that has not joined, or was given up.
  func hear(_ worker: WorkerID) throws(OctavoError) {
    guard plane.workers[worker] != nil else {
      throw OctavoError(.notFound, "this router does not know \(quoted(worker.rawValue)): join again")
    }
    handle(.workerHeard(worker))
  }

  /// The workers and instances as they stand.
  var snapshot: (workers: [WorkerStatus], instances: [InstanceID: InstanceRecord]) {
    let now = clock.now
    let workers = plane.workers.sorted { $0.key < $1.key }.map { id, worker in
      WorkerStatus(
        worker: id, address: worker.address, device: worker.device, threads: worker.threads,
        memoryBytes: worker.memory.bytes, memoryUsedBytes: plane.memoryUsed(on: id).bytes,
        secondsSinceHeartbeat: Double(now.nanoseconds(since: worker.lastHeard)) / 1e9)
    }
    return (workers, plane.instances)
  }
}

extension ClusterDriver {
  private func join(
    _ id: InstanceID, _ epoch: Epoch, _ model: ServedModel, _ addresses: [String], _ pageCount: Int
  ) async {
    guard let driver = instances[id] else { return }
    let stages = addresses.indices.map { StageID(instance: id, index: $0) }
    let link: PipelineLink
    do throws(OctavoError) {
      link = try await connect(stages, addresses, epoch, model)
    } catch {
      handle(.pipelineLost(id, epoch, error))
      return
    }
    guard !Task.isCancelled, !isStopping else { return link.close() }
    links[id] = link
    let workers = plane.instances[id]?.stages.map(\.worker) ?? []
    await driver.joined(link, stages: stages, on: workers, pageCount: pageCount)
    handle(.pipelineJoined(id, epoch))
    let vocabularyCount = model.architecture.vocabularyCount
    let reason = await link.carry { response throws(OctavoError) in
      if let alien = (response.tokens + response.scores).first(where: { $0.choice.token >= vocabularyCount }) {
        throw OctavoError(.internal, "token \(alien.choice.token) was sampled from a vocabulary of \(vocabularyCount)")
      }
      try await driver.completed(response)
    }
    if links[id] === link { links[id] = nil }
    await driver.parted(epoch, reason)
    handle(.pipelineLost(id, epoch, reason))
  }

  private func connect(
    _ stages: [StageID], _ addresses: [String], _ epoch: Epoch, _ model: ServedModel
  ) async throws(OctavoError) -> PipelineLink {
    let handshakes = stages.map {
      Handshake(stage: $0, digest: model.digest, configuration: model.configuration, epoch: epoch)
    }
    guard let first = handshakes.first, let last = handshakes.last, let firstAddress = addresses.first,
      let lastAddress = addresses.last
    else {
      throw OctavoError(.internal, "a pipeline without stages was to be joined")
    }
    return try await PipelineLink(
      first: (first, try channels.channel(to: firstAddress)), last: (last, try channels.channel(to: lastAddress)))
  }
}
