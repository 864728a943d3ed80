package import COctavoProto
package import Core

/// A router's welcome to a worker.
package struct JoinResponse: Sendable, Hashable {
  package var worker: WorkerID
  package var heartbeatIntervalMs: Int

  package init(worker: WorkerID, heartbeatIntervalMs: Int) {
    self.worker = worker
    self.heartbeatIntervalMs = heartbeatIntervalMs
  }
}

extension JoinResponse: WireMessage {
  package init(reading wire: Octavo__V1__JoinResponse) throws(OctavoError) {
    self.init(
      worker: WorkerID(try Reading.text(wire.worker, "worker")), heartbeatIntervalMs: Int(wire.heartbeat_interval_ms))
  }

  package func write(to wire: inout Octavo__V1__JoinResponse, in arena: Arena) {
    wire.worker = arena.text(worker.rawValue)
    wire.heartbeat_interval_ms = UInt32(heartbeatIntervalMs)
  }
}
