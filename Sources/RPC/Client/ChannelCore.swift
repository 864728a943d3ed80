internal import CGRPC
internal import CGRPCShims
internal import Core

/// The native channel and the calls in flight on it.
final class ChannelCore: Resident {
  private struct State {
    var channel: Handle?
    var isClosing = false
    var calls: [ObjectIdentifier: Call] = [:]
    /// Who may still use the loop's queue: the native channel and each watch of its connectivity.
    var queueUserCount = 1
    var registered: [Method: RegisteredMethod] = [:]
    var drainWaiters: [CheckedContinuation<Void, Never>] = []
  }

  private struct RegisteredMethod: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
  }

  /// Methods that get a registered call, which spares gRPC work a call; further ones work without.
  private static let registeredMethodsMax = 64

  let target: String
  let loop: EventLoop
  private let options: ChannelOptions
  private let state: Guarded<State>

  init(target: String, credentials: ChannelCredentials, options: ChannelOptions, loop: EventLoop) throws(OctavoError) {
    guard !target.isEmpty, !target.utf8.contains(0) else {
      throw .invalid("target", quoted(target), "give HOST:PORT")
    }
    let native = try credentials.make()
    defer { grpc_channel_credentials_release(native) }
    guard loop.core.gate.enter() else { throw OctavoError(.failedPrecondition, "the event loop has been shut down") }
    let quota = options.memoryBytesMax.map { ResourceQuota(bytes: $0) }
    var arguments = options.arguments(serverName: credentials.serverName)
    if let quota { arguments.set(quota: quota.pointer) }
    let channel = arguments.withUnsafe { grpc_channel_create(target, native, $0) }!
    self.target = target
    self.loop = loop
    self.options = options
    state = Guarded(State(channel: Handle(channel)))
    guard loop.core.admit(self) else {
      throw OctavoError(.failedPrecondition, "the event loop is shutting down")
    }
  }

  deinit {
    loop.core.dismiss(ObjectIdentifier(self))
    destroy()
  }

  private func destroy() {
    let channel = state.withLock { state in
      defer { state.channel = nil }
      return state.channel
    }
    guard let channel else { return }
    grpc_channel_destroy(channel.pointer)
    unwatch()
  }
}

// Calls.
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

  private static func makeCall(
    _ method: Method, on channel: Handle, deadline: gpr_timespec, _ state: inout State, _ loop: EventLoopCore
  ) -> Handle {
    let mask = octavo_grpc_propagate_defaults()
    if state.registered[method] == nil, state.registered.count < registeredMethodsMax {
      state.registered[method] = RegisteredMethod(
        pointer: grpc_channel_register_call(channel.pointer, method.path, nil, nil))
    }
    if let registered = state.registered[method] {
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

// The end.
extension ChannelCore {
  func retire() async {
    let calls = state.withLock { state in
      state.isClosing = true
      return Array(state.calls.values)
    }
    for call in calls { call.cancel(.cancelled, "the channel was closed") }
    await withCheckedContinuation { continuation in
      let isDrained = state.withLock { state in
        if !state.calls.isEmpty { state.drainWaiters.append(continuation) }
        return state.calls.isEmpty
      }
      if isDrained { continuation.resume() }
    }
    destroy()
  }

  /// Asks for a tag when the connectivity is no longer `seen`; `false` once closed.
  func watch(from seen: grpc_connectivity_state, deadline: gpr_timespec, _ tag: Tag) -> Bool {
    state.withLock { state in
      guard let channel = state.channel, !state.isClosing else { return false }
      state.queueUserCount += 1
      grpc_channel_watch_connectivity_state(channel.pointer, seen, deadline, loop.core.queue, tag.give())
      return true
    }
  }

  /// A watch came back, or the native channel is gone: the last one leaves the loop.
  func unwatch() {
    let isLast = state.withLock { state in
      state.queueUserCount -= 1
      return state.queueUserCount == 0
    }
    if isLast { loop.core.gate.leave() }
  }

  /// For connectivity: the native channel while it is open.
  func withChannel<Result: Sendable>(_ body: (OpaquePointer) -> Result) -> Result? {
    state.withLock { state in
      guard let channel = state.channel, !state.isClosing else { return nil }
      return body(channel.pointer)
    }
  }
}
