internal import CGRPC
internal import CGRPCShims
internal import Core

extension ChannelCore {
  /// Creates a native call and keeps it among those in flight until it is dismissed.
  func admit<Created: Call>(
    _ method: Method, timeout: Duration?, _ make: (Handle) -> Created
  ) throws(OctavoError) -> Created {
    let created: Result<Created, OctavoError> = state.withLock { state in
      guard let channel = state.channel, !state.isClosing else {
        return .failure(OctavoError(.failedPrecondition, "the channel to \(target) is closed"))
      }
      guard state.calls.count < options.callsInFlightMax else {
        let message = "\(state.calls.count) calls to \(target) are in flight, as many as there may be: try again later"
        return .failure(OctavoError(.resourceExhausted, message))
      }
      let call = make(Self.makeCall(method, on: channel, deadline: gpr_timespec(timeout: timeout), &state, loop.core))
      state.calls[ObjectIdentifier(call)] = call
      return .success(call)
    }
    return try created.get()
  }

  static func makeCall(
    _ method: Method, on channel: Handle, deadline: gpr_timespec, _ state: inout State, _ loop: EventLoopCore
  ) -> Handle {
    let mask = octavo_grpc_propagate_defaults()
    var known = state.registered[method]
    if known == nil, state.registered.count < registeredMethodsMax {
      known = RegisteredMethod(pointer: grpc_channel_register_call(channel.pointer, method.path, nil, nil))
      state.registered[method] = known
    }
    if let registered = known {
      return Handle(
        grpc_channel_create_registered_call(
          channel.pointer, nil, mask, loop.queue, registered.pointer, deadline, nil))
    }
    let path = grpc_slice_from_copied_string(method.path)
    defer { grpc_slice_unref(path) }
    return Handle(grpc_channel_create_call(channel.pointer, nil, mask, loop.queue, path, nil, deadline, nil))
  }

  func dismiss(_ call: Call) {
    let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
      state.calls.removeValue(forKey: ObjectIdentifier(call))
      guard state.calls.isEmpty, !state.drainWaiters.isEmpty else { return [] }
      defer { state.drainWaiters = [] }
      return state.drainWaiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
