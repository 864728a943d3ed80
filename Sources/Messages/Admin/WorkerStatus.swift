package import COctavoProto
package import Core

/// A worker as its router sees it.
package struct WorkerStatus: Sendable, Hashable {
  package var worker: WorkerID
  package var address: String
  package var device: String
  package var threads: Int
  package var memoryBytes: Int
  package var memoryUsedBytes: Int
  package var secondsSinceHeartbeat: Double

  package init(
    worker: WorkerID, address: String, device: String, threads: Int, memoryBytes: Int, memoryUsedBytes: Int,
    secondsSinceHeartbeat: Double
  ) {
    self.worker = worker
    self.address = address
    self.device = device
    self.threads = threads
    self.memoryBytes = memoryBytes
    self.memoryUsedBytes = memoryUsedBytes
    self.secondsSinceHeartbeat = secondsSinceHeartbeat
  }
}

extension WorkerStatus: WireMessage {
  package init(reading wire: Octavo__V1__WorkerStatus) throws(OctavoError) {
    self.init(
      worker: WorkerID(try Reading.text(wire.worker, "workers.worker")),
      address: try Reading.text(wire.address, "workers.address"),
      device: try Reading.text(wire.device, "workers.device"), threads: Int(wire.threads),
      memoryBytes: try Reading.count(wire.memory_bytes, "workers.memory_bytes"),
      memoryUsedBytes: try Reading.count(wire.memory_used_bytes, "workers.memory_used_bytes"),
      secondsSinceHeartbeat: try Reading.duration(wire.seconds_since_heartbeat, "workers.seconds_since_heartbeat"))
  }

  package func write(to wire: inout Octavo__V1__WorkerStatus, in arena: Arena) {
    wire.worker = arena.text(worker.rawValue)
    wire.address = arena.text(address)
    wire.device = arena.text(device)
    wire.threads = UInt32(threads)
    wire.memory_bytes = UInt64(memoryBytes)
    wire.memory_used_bytes = UInt64(memoryUsedBytes)
    wire.seconds_since_heartbeat = secondsSinceHeartbeat
  }
}
