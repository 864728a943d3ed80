package import COctavoProto
package import Core

/// A worker's good-bye.
package struct LeaveRequest: Sendable, Hashable {
  package var worker: WorkerID

  package init(worker: WorkerID) { self.worker = worker }
}

extension LeaveRequest: WireMessage {
  package init(reading wire: Octavo__V1__LeaveRequest) throws(OctavoError) {
    self.init(worker: WorkerID(try Reading.text(wire.worker, "worker")))
  }

  package func write(to wire: inout Octavo__V1__LeaveRequest, in arena: Arena) {
    wire.worker = arena.text(worker.rawValue)
  }
}
