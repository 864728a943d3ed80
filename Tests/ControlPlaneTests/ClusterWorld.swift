import ControlPlane
import Core
import TestSupport
import Testing

/// Workers that come, die and misbehave, seen by a control plane that keeps two instances.
struct ClusterWorld {
  static let instances = [Fixtures.instance, Fixtures.other]

  /// A living worker: what it offers, and the stages it holds.
  struct Worker {
    var memory: Int
    var stages: [StageID: (epoch: Epoch, bytes: Int)] = [:]

    /// As a worker decides it: an older life of the same stage gives way, other stages stay.
    mutating func load(_ stage: StageID, _ epoch: Epoch, bytes: Int) -> Bool {
      let others = stages.filter { $0.key != stage }.values.reduce(0) { $0 + $1.bytes }
      guard others + bytes <= memory, stages[stage]?.epoch ?? Epoch(0) < epoch else { return false }
      stages[stage] = (epoch, bytes)
      return true
    }
  }

  struct Join {
    var epoch: Epoch
    var addresses: [String]
  }

  var plane: ControlPlane
  var now = Moment(nanoseconds: 0)
  var random: SeededGenerator
  var workers: [WorkerID: Worker] = [:]
  var joinedCount = 0
  var readyCount = 0
  var pendingLoads: [LoadOrder] = []
  var pendingUnloads: [(StageID, Epoch, String)] = []
  var pendingJoins: [InstanceID: Join] = [:]
  var epochSeen: [InstanceID: Epoch] = [:]
  /// Of each instance, as the orders of its newest epoch say.
  var pageCount: [InstanceID: Int] = [:]
  var pageCountsSeen: Set<Int> = []
  var isFaulty = true

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    plane = ControlPlane(settings: ControlPlaneSettings(workersExpected: 2, firstEpoch: Epoch(0)))
    for instance in Self.instances { tell(.wanted(instance, try Fixtures.model(pageCountMax: 8_192))) }
  }

  mutating func tell(_ event: ControlPlaneEvent) {
    for command in plane.handle(event, at: now) { obey(command) }
    for id in plane.workers.keys where plane.memoryUsed(on: id) > plane.workers[id]?.memory ?? ByteCount(0) {
      Issue.record("worker \(id) was promised more than it offers")
    }
  }

  private mutating func obey(_ command: ControlPlaneCommand) {
    switch command {
    case .load(let order): take(order)
    case .unload(let stage, let epoch, let address):
      pendingUnloads.append((stage, epoch, address))
    case .join(let instance, let epoch, _, let addresses, let pages):
      if epoch <= epochSeen[instance] ?? Epoch(0) { Issue.record("an epoch was joined twice") }
      if pages != pageCount[instance] { Issue.record("joined with \(pages) pages, loaded with others") }
      epochSeen[instance] = epoch
      pendingJoins[instance] = Join(epoch: epoch, addresses: addresses)
    case .part(let instance, let epoch):
      if let pending = pendingJoins[instance], pending.epoch <= epoch { pendingJoins[instance] = nil }
    case .forget(let address):
      if plane.workers.values.contains(where: { $0.address == address }) {
        Issue.record("a worker that is there was forgotten")
      }
    }
  }

  private mutating func take(_ order: LoadOrder) {
    let instance = order.stage.instance
    let pages = order.model.capacity.pageCount
    if order.epoch < epochSeen[instance] ?? Epoch(0) { Issue.record("an epoch went back") }
    if order.epoch == epochSeen[instance], pages != pageCount[instance] {
      Issue.record("the stages of an instance have \(pages) pages and \(pageCount[instance] ?? 0)")
    }
    if pages < order.model.capacity.pagesOfContext || pages > order.model.pageCountMax {
      Issue.record("\(pages) pages are none that were asked for")
    }
    epochSeen[instance] = order.epoch
    pageCount[instance] = pages
    pageCountsSeen.insert(pages)
    pendingLoads.append(order)
  }

  static func address(_ worker: WorkerID) -> String { "host:\(worker)" }

  mutating func addWorker(memory: ClosedRange<Int> = (80 << 20)...(400 << 20)) {
    joinedCount += 1
    let id = WorkerID("w\(joinedCount)")
    workers[id] = Worker(memory: .random(in: memory, using: &random))
    let threads = Int.random(in: 1...4, using: &random)
    tell(
      .workerJoined(
        id, address: Self.address(id), memory: ByteCount(workers[id]!.memory), threads: threads, device: "cpu"))
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
      if let loaded = workers[id]?.stages[stage], loaded.epoch <= epoch { workers[id]?.stages[stage] = nil }
    }
  }

  /// One load ends, well or not.
  mutating func load() throws {
    guard !pendingLoads.isEmpty else { return }
    let order = pendingLoads.removeFirst()
    let bytes = try Fixtures.bytes(order)
    let worker = workers.keys.first { Self.address($0) == order.address }
    guard let worker, !(isFaulty && Int.random(in: 0..<10, using: &random) == 0),
      workers[worker]?.load(order.stage, order.epoch, bytes: bytes) == true
    else {
      tell(.stageRefused(order.stage, order.epoch, OctavoError(.unavailable, "worker is gone or full")))
      return
    }
    tell(.stageLoaded(order.stage, order.epoch, memory: ByteCount(bytes)))
  }

  /// An attempt to join ends, well if every stage is where it should be.
  mutating func join() {
    guard let instance = pendingJoins.keys.sorted().randomElement(using: &random),
      let join = pendingJoins.removeValue(forKey: instance)
    else { return }
    let stands = join.addresses.enumerated().allSatisfy { index, address in
      workers.contains {
        Self.address($0.key) == address && $0.value.stages[StageID(instance: instance, index: index)] != nil
      }
    }
    guard stands, !(isFaulty && Int.random(in: 0..<10, using: &random) == 0) else {
      tell(.pipelineLost(instance, join.epoch, OctavoError(.unavailable, "a stage did not answer")))
      return
    }
    tell(.pipelineJoined(instance, join.epoch))
    if plane.instances[instance]?.state == .ready { readyCount += 1 }
  }

  /// Whether every instance is ready.
  var isServed: Bool { Self.instances.allSatisfy { plane.instances[$0]?.state == .ready } }
}
