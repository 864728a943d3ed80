import ControlPlane
import Core
import TestSupport
import Testing

/// Workers that come, die and misbehave, seen by a control plane.
struct ClusterWorld {
  var plane: ControlPlane
  var now = Moment(nanoseconds: 0)
  var random: SeededGenerator
  /// Living workers with the stages they hold, and their epochs.
  var workers: [WorkerID: [StageID: Epoch]] = [:]
  var joinedCount = 0
  var readyCount = 0
  var pendingLoads: [LoadOrder] = []
  var pendingUnloads: [(StageID, Epoch, String)] = []
  var pendingJoin: (Epoch, [String])?
  var epochSeen = Epoch(0)
  var isFaulty = true

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    plane = ControlPlane(settings: ControlPlaneSettings(workersExpected: 2, firstEpoch: Epoch(0)))
    tell(.wanted(Fixtures.instance, try Fixtures.model()))
  }

  mutating func tell(_ event: ControlPlaneEvent) {
    for command in plane.handle(event, at: now) { obey(command) }
    for id in plane.workers.keys where plane.memoryUsed(on: id) > plane.workers[id]?.memory ?? ByteCount(0) {
      Issue.record("worker \(id) was promised more than it offers")
    }
  }

  private mutating func obey(_ command: ControlPlaneCommand) {
    switch command {
    case .load(let order):
      if order.epoch < epochSeen { Issue.record("an epoch went back") }
      epochSeen = order.epoch
      pendingLoads.append(order)
    case .unload(let stage, let epoch, let address):
      pendingUnloads.append((stage, epoch, address))
    case .join(_, let epoch, _, let addresses):
      if epoch <= epochSeen { Issue.record("an epoch was joined twice") }
      epochSeen = epoch
      pendingJoin = (epoch, addresses)
    case .part(_, let epoch):
      if let pending = pendingJoin, pending.0 <= epoch { pendingJoin = nil }
    case .forget(let address):
      if plane.workers.values.contains(where: { $0.address == address }) {
        Issue.record("a worker that is there was forgotten")
      }
    }
  }

  static func address(_ worker: WorkerID) -> String { "host:\(worker)" }

  mutating func addWorker() {
    joinedCount += 1
    let id = WorkerID("w\(joinedCount)")
    workers[id] = [:]
    let memory = ByteCount(.random(in: (80 << 20)...(400 << 20), using: &random))
    tell(.workerJoined(id, address: Self.address(id), memory: memory, threads: 1, device: "cpu"))
  }

  mutating func killWorker() {
    guard let id = workers.keys.sorted().randomElement(using: &random) else { return }
    workers[id] = nil
    if Bool.random(using: &random) { tell(.workerLeft(id)) }
  }

  mutating func pass(milliseconds: UInt64) {
    now = now.advanced(byNanoseconds: milliseconds * Fixtures.millisecond)
    for id in workers.keys.sorted() { tell(.workerHeard(id)) }
    tell(.tick)
  }

  /// An unload arrives, whenever it does.
  mutating func unload() {
    guard !pendingUnloads.isEmpty else { return }
    let (stage, epoch, address) = pendingUnloads.remove(at: .random(in: pendingUnloads.indices, using: &random))
    for id in workers.keys where Self.address(id) == address {
      if let loaded = workers[id]?[stage], loaded <= epoch { workers[id]?[stage] = nil }
    }
  }

  /// One load ends, well or not.
  mutating func load() {
    guard !pendingLoads.isEmpty else { return }
    let order = pendingLoads.removeFirst()
    let worker = workers.keys.first { Self.address($0) == order.address }
    guard let worker, !(isFaulty && Int.random(in: 0..<10, using: &random) == 0) else {
      tell(.stageRefused(order.stage, order.epoch, OctavoError(.unavailable, "worker is gone")))
      return
    }
    workers[worker]?[order.stage] = order.epoch
    tell(.stageLoaded(order.stage, order.epoch, memory: ByteCount(1 << 20)))
  }

  /// An attempt to join ends, well if every stage is where it should be.
  mutating func join() {
    guard let (epoch, addresses) = pendingJoin else { return }
    pendingJoin = nil
    let stands = addresses.enumerated().allSatisfy { index, address in
      workers.contains {
        Self.address($0.key) == address && $0.value[StageID(instance: Fixtures.instance, index: index)] != nil
      }
    }
    guard stands, !(isFaulty && Int.random(in: 0..<10, using: &random) == 0) else {
      tell(.pipelineLost(Fixtures.instance, epoch, OctavoError(.unavailable, "a stage did not answer")))
      return
    }
    tell(.pipelineJoined(Fixtures.instance, epoch))
    if plane.instances[Fixtures.instance]?.state == .ready { readyCount += 1 }
  }
}
