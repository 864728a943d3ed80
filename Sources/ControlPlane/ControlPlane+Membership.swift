package import Core

extension ControlPlane {
  /// A worker is there. Whoever had its address before is gone, for an address has one owner.
  mutating func welcome(_ worker: WorkerID, _ record: WorkerRecord) -> [ControlPlaneCommand] {
    let now = record.lastHeard
    var commands: [ControlPlaneCommand] = []
    for other in workers.filter({ $0.value.address == record.address }).keys.sorted() {
      commands += lose(other, "was replaced at \(record.address)", at: now)
    }
    workers[worker] = record
    for id in instances.keys {
      guard case .waiting = instances[id]?.phase else { continue }
      instances[id]?.phase = .waiting(retry: now)
    }
    return commands + advance(at: now)
  }

  /// Silent workers are lost.
  mutating func expire(at now: Moment) -> [ControlPlaneCommand] {
    let silent = workers.filter { now.nanoseconds(since: $0.value.lastHeard) > settings.heartbeatTimeoutNs }
    return silent.keys.sorted().flatMap { dismiss($0, "sent no heartbeat", at: now) }
  }

  /// A worker is gone and nobody follows at its address.
  mutating func dismiss(_ worker: WorkerID, _ reason: String, at now: Moment) -> [ControlPlaneCommand] {
    guard let address = workers[worker]?.address else { return [] }
    return lose(worker, reason, at: now) + [.forget(address: address)]
  }

  /// Everything that stood on the worker is placed anew.
  mutating func lose(_ worker: WorkerID, _ reason: String, at now: Moment) -> [ControlPlaneCommand] {
    guard let lost = workers.removeValue(forKey: worker) else { return [] }
    return instances.keys.sorted().flatMap { id -> [ControlPlaneCommand] in
      guard instances[id]?.stages.contains(where: { $0.worker == worker }) == true else { return [] }
      return withdraw(id, "worker \(worker) at \(lost.address) \(reason)", at: now)
    }
  }

  /// Memory that a worker's stages have been promised.
  package func memoryUsed(on worker: WorkerID) -> ByteCount {
    let stages = instances.values.lazy.flatMap(\.stages).filter { $0.worker == worker }
    return stages.reduce(ByteCount(0)) { $0 + $1.memory }
  }
}
