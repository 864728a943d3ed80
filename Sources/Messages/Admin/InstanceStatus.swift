package import COctavoProto
package import Core

/// An instance, where it stands and where its stages are.
package struct InstanceStatus: Sendable, Hashable {
  package var instance: InstanceID
  package var state: InstanceState
  package var detail: String
  package var epoch: Epoch
  package var stages: [StageStatus]
  /// Pages of KV at each stage; 0 while nothing is placed.
  package var pageCount: Int

  package init(
    instance: InstanceID, state: InstanceState, detail: String, epoch: Epoch, stages: [StageStatus], pageCount: Int
  ) {
    self.instance = instance
    self.state = state
    self.detail = detail
    self.epoch = epoch
    self.stages = stages
    self.pageCount = pageCount
  }
}

extension InstanceStatus: WireMessage {
  package init(reading wire: Octavo__V1__InstanceStatus) throws(OctavoError) {
    self.init(
      instance: InstanceID(try Reading.text(wire.instance, "instances.instance")),
      state: try InstanceState(reading: wire.state), detail: try Reading.text(wire.detail, "instances.detail"),
      epoch: Epoch(wire.epoch), stages: try Reading.messages(wire.n_stages, wire.stages),
      pageCount: Int(wire.page_count))
  }

  package func write(to wire: inout Octavo__V1__InstanceStatus, in arena: Arena) {
    wire.instance = arena.text(instance.rawValue)
    wire.state = state.wire
    wire.detail = arena.text(detail)
    wire.epoch = epoch.rawValue
    (wire.n_stages, wire.stages) = arena.messages(stages)
    wire.page_count = UInt32(pageCount)
  }
}

extension InstanceState {
  fileprivate init(reading wire: Octavo__V1__InstanceState) throws(OctavoError) {
    switch wire {
    case OCTAVO__V1__INSTANCE_STATE__INSTANCE_STATE_WAITING: self = .waiting
    case OCTAVO__V1__INSTANCE_STATE__INSTANCE_STATE_LOADING: self = .loading
    case OCTAVO__V1__INSTANCE_STATE__INSTANCE_STATE_READY: self = .ready
    default: throw .invalid("instances.state", "\(wire.rawValue)", "this client knows WAITING, LOADING and READY")
    }
  }

  fileprivate var wire: Octavo__V1__InstanceState {
    switch self {
    case .waiting: OCTAVO__V1__INSTANCE_STATE__INSTANCE_STATE_WAITING
    case .loading: OCTAVO__V1__INSTANCE_STATE__INSTANCE_STATE_LOADING
    case .ready: OCTAVO__V1__INSTANCE_STATE__INSTANCE_STATE_READY
    }
  }
}
