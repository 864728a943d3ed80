package import COctavoProto
package import Core

/// The whole cluster as a router sees it.
package struct StatusResponse: Sendable, Hashable {
  package var softwareVersion: String
  package var protocolVersion: UInt32
  package var uptimeSeconds: Double
  package var workers: [WorkerStatus]
  package var models: [ModelStatus]

  package init(
    softwareVersion: String = Messages.softwareVersion, protocolVersion: UInt32 = Messages.protocolVersion,
    uptimeSeconds: Double, workers: [WorkerStatus], models: [ModelStatus]
  ) {
    self.softwareVersion = softwareVersion
    self.protocolVersion = protocolVersion
    self.uptimeSeconds = uptimeSeconds
    self.workers = workers
    self.models = models
  }
}

extension StatusResponse: WireMessage {
  package init(reading wire: Octavo__V1__StatusResponse) throws(OctavoError) {
    self.init(
      softwareVersion: try Reading.text(wire.software_version, "software_version"),
      protocolVersion: wire.protocol_version, uptimeSeconds: try Reading.duration(wire.uptime_s, "uptime_s"),
      workers: try Reading.messages(wire.n_workers, wire.workers),
      models: try Reading.messages(wire.n_models, wire.models))
  }

  package func write(to wire: inout Octavo__V1__StatusResponse, in arena: Arena) {
    wire.software_version = arena.text(softwareVersion)
    wire.protocol_version = protocolVersion
    wire.uptime_s = uptimeSeconds
    (wire.n_workers, wire.workers) = arena.messages(workers)
    (wire.n_models, wire.models) = arena.messages(models)
  }
}
