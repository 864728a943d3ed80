import Core

extension WorkerPool {
  init(_ field: ManifestField) throws(OctavoError) {
    let members = try field.members(["replicas", "device", "memory", "threads"])
    self.init(
      replicas: try members["replicas"]?.integer(in: 1...Limits.workersMax) ?? 1,
      device: try members["device"]?.choice(of: Device.self) ?? .cpu,
      memory: try members["memory"]?.byteCount(),
      threads: try members["threads"]?.integer(in: 1...Self.threadsMax))
  }
}
