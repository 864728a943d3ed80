package import COctavoProto
package import Core

/// A model, its instances and its requests.
package struct ModelStatus: Sendable, Hashable {
  package var model: ModelDescription
  package var instances: [InstanceStatus]
  /// What its layers are split for.
  package var splitGoal: SplitGoal
  package var requestsWaiting: Int
  package var requestsRunning: Int
  package var requestsFinished: Int
  package var requestsFailed: Int

  package init(
    model: ModelDescription, instances: [InstanceStatus], splitGoal: SplitGoal, requestsWaiting: Int,
    requestsRunning: Int, requestsFinished: Int, requestsFailed: Int
  ) {
    self.model = model
    self.instances = instances
    self.splitGoal = splitGoal
    self.requestsWaiting = requestsWaiting
    self.requestsRunning = requestsRunning
    self.requestsFinished = requestsFinished
    self.requestsFailed = requestsFailed
  }
}

extension ModelStatus: WireMessage {
  package init(reading wire: Octavo__V1__ModelStatus) throws(OctavoError) {
    self.init(
      model: try Reading.message(wire.model, "models.model"),
      instances: try Reading.messages(wire.n_instances, wire.instances),
      splitGoal: try Reading.name(wire.optimize_for, "models.optimize_for"),
      requestsWaiting: Int(wire.requests_waiting), requestsRunning: Int(wire.requests_running),
      requestsFinished: try Reading.count(wire.requests_finished, "models.requests_finished"),
      requestsFailed: try Reading.count(wire.requests_failed, "models.requests_failed"))
  }

  package func write(to wire: inout Octavo__V1__ModelStatus, in arena: Arena) {
    wire.model = arena.message(model)
    (wire.n_instances, wire.instances) = arena.messages(instances)
    wire.optimize_for = arena.text(splitGoal.rawValue)
    wire.requests_waiting = UInt32(requestsWaiting)
    wire.requests_running = UInt32(requestsRunning)
    wire.requests_finished = UInt64(requestsFinished)
    wire.requests_failed = UInt64(requestsFailed)
  }
}
