package import COctavoProto
package import Core

/// A worker's sign of life.
package struct HeartbeatRequest: Sendable, Hashable {
  package var worker: WorkerID

  package init(worker: WorkerID) { self.worker = worker }
}

extension HeartbeatRequest: WireMessage {
  package init(reading wire: Octavo__V1__HeartbeatRequest) throws(OctavoError) {
    self.init(worker: WorkerID(try Reading.text(wire.worker, "worker")))
  }

  package func write(to wire: inout Octavo__V1__HeartbeatRequest, in arena: Arena) {
    wire.worker = arena.text(worker.rawValue)
  }
}
