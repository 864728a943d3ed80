internal import CGRPC
internal import CGRPCShims
internal import Core

/// The native server, its open request slots and the calls in flight.
final class ServerCore: Resident {
  private enum Phase {
    case configuring, serving, stopping, stopped
  }

  private struct State {
    var server: Handle?
    var phase = Phase.configuring
    var routes: [Method: Route] = [:]
    var portCount = 0
    var calls: [ObjectIdentifier: ServerCallCore] = [:]
    var handlerCount = 0
    var drainWaiters: [CheckedContinuation<Void, Never>] = []
    var stopWaiters: [CheckedContinuation<Void, Never>] = []
  }

  /// Request slots that stay open for each method; calls that find none wait inside gRPC.
  private static let slotsPerMethod = 8

  let loop: EventLoop
  let health = Health()
  private let options: ServerOptions
  private let credentials: Handle
  private let state: Guarded<State>

  var queue: OpaquePointer { loop.core.queue }

  init(credentials: ServerCredentials, options: ServerOptions, loop: EventLoop) throws(OctavoError) {
    let native = Handle(try credentials.make())
    guard loop.core.gate.enter() else {
      grpc_server_credentials_release(native.pointer)
      throw OctavoError(.failedPrecondition, "the event loop has been shut down")
    }
    let quota = ResourceQuota(bytes: options.memoryBytesMax)
    var arguments = options.arguments
    arguments.set(quota: quota.pointer)
    let server = Handle(arguments.withUnsafe { grpc_server_create($0, nil) }!)
    grpc_server_register_completion_queue(server.pointer, loop.core.queue, nil)
    self.credentials = native
    self.options = options
    self.loop = loop
    state = Guarded(State(server: server))
    guard loop.core.admit(self) else { throw OctavoError(.failedPrecondition, "the event loop is shutting down") }
  }

  /// Either never started or stopped: a server that serves is kept by its slots.
  deinit {
    loop.core.dismiss(ObjectIdentifier(self))
    grpc_server_credentials_release(credentials.pointer)
    guard let server = state.withLock({ $0.server }) else { return }
    abandon(server)
  }

  /// A server that never served: nothing can be in flight, but gRPC wants a shutdown before the end.
  private func abandon(_ server: Handle) {
    let core = loop.core
    let tag = ClosureTag { _ in
      grpc_server_destroy(server.pointer)
      core.gate.leave()
    }
    grpc_server_shutdown_and_notify(server.pointer, queue, tag.give())
  }

  func withServer<Result>(_ body: (OpaquePointer) -> Result) -> Result? {
    guard let server = state.withLock({ $0.phase == .serving ? $0.server : nil }) else { return nil }
    return body(server.pointer)
  }
}

// Before it serves.
extension ServerCore {
  func add(_ route: Route) {
    state.withLock { state in
      precondition(state.phase == .configuring, "handlers are added before the server starts")
      precondition(state.routes[route.method] == nil, "\(route.method) has two handlers")
      state.routes[route.method] = route
    }
  }

  func listen(host: String, port: Int) throws(OctavoError) -> Int {
    guard (0...65_535).contains(port) else { throw .invalid("port", "\(port)", "give 0 (any free one) to 65535") }
    guard !host.isEmpty, !host.utf8.contains(0) else { throw .invalid("host", quoted(host), "give a name or address") }
    let address = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]:\(port)" : "\(host):\(port)"
    let bound: Int? = state.withLock { state in
      guard state.phase == .configuring, let server = state.server else { return nil }
      return Int(grpc_server_add_http2_port(server.pointer, address, credentials.pointer))
    }
    guard let bound else { throw OctavoError(.failedPrecondition, "ports are added before the server starts") }
    guard bound > 0 else {
      throw OctavoError(.alreadyExists, "cannot listen on \(address): the port is in use or the address is not ours")
    }
    state.withLock { $0.portCount += 1 }
    return bound
  }

  func start() throws(OctavoError) {
    for route in health.routes { add(route) }
    let slots: [RequestSlot]? = state.withLock { state in
      guard state.phase == .configuring, state.portCount > 0, let server = state.server else { return nil }
      var slots = [RequestSlot(server: self, route: nil, registered: nil)]
      for route in state.routes.values {
        let registered = grpc_server_register_method(server.pointer, route.method.path, nil, route.payloadHandling, 0)
        for _ in 0..<Self.slotsPerMethod {
          slots.append(RequestSlot(server: self, route: route, registered: registered))
        }
      }
      grpc_server_start(server.pointer)
      state.phase = .serving
      return slots
    }
    guard let slots else {
      throw OctavoError(.failedPrecondition, "a server starts once, after it listens on a port")
    }
    for slot in slots { slot.post() }
  }
}

// Calls.
extension ServerCore {
  /// On the loop's thread: a call has arrived.
  func accept(_ call: ServerCallCore, _ route: Route?, _ request: Payload?) {
    let isAdmitted = state.withLock { state in
      let isAdmitted = max(state.calls.count, state.handlerCount) < options.callsInFlightMax && route != nil
      state.calls[ObjectIdentifier(call)] = call
      if isAdmitted { state.handlerCount += 1 }
      return isAdmitted
    }
    guard let route else {
      return call.finish(Status(.unimplemented, "\(quoted(call.method.path)) is not served here"))
    }
    guard isAdmitted else {
      let message = "\(options.callsInFlightMax) calls are in flight, as many as there may be: try again later"
      return call.finish(Status(.resourceExhausted, message))
    }
    call.run({ await self.serve(call, route, request) }, on: route.placement)
  }

  private func serve(_ call: ServerCallCore, _ route: Route, _ request: Payload?) async {
    do {
      switch route.handler {
      case .stream(let body):
        try await body(ServerCall(core: call))
        call.finish(.ok)
      case .unary(let body):
        if let request {
          call.finish(.ok, answer: try await body(request, ServerCall(core: call)))
        } else {
          call.finish(Status(.invalidArgument, "\(route.method) needs one message, none came"))
        }
      }
    } catch {
      call.finish(Status(thrown: error))
    }
    handlerReturned()
  }

  private func handlerReturned() {
    resume { $0.handlerCount -= 1 }
  }

  func dismiss(_ call: ServerCallCore) {
    resume { $0.calls.removeValue(forKey: ObjectIdentifier(call)) }
  }

  private func resume(after change: (inout State) -> Void) {
    let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
      change(&state)
      guard state.calls.isEmpty, state.handlerCount == 0, !state.drainWaiters.isEmpty else { return [] }
      defer { state.drainWaiters = [] }
      return state.drainWaiters
    }
    for waiter in waiters { waiter.resume() }
  }
}

// The end.
extension ServerCore {
  func retire() async { await shutdown(grace: .zero) }

  func shutdown(grace: Duration) async {
    let claimed: Handle? = state.withLock { state in
      guard state.phase == .configuring || state.phase == .serving else { return nil }
      state.phase = .stopping
      return state.server
    }
    guard let server = claimed else { return await stopped() }
    health.retire()
    let canceller = Task {
      do { try await Task.sleep(for: grace) } catch { return }
      self.cancelAll()
    }
    await withCheckedContinuation { continuation in
      grpc_server_shutdown_and_notify(server.pointer, queue, ClosureTag { _ in continuation.resume() }.give())
    }
    canceller.cancel()
    await canceller.value
    await drained()
    state.withLock { $0.server = nil }
    grpc_server_destroy(server.pointer)
    loop.core.gate.leave()
    let waiters = state.withLock { state in
      state.phase = .stopped
      defer { state.stopWaiters = [] }
      return state.stopWaiters
    }
    for waiter in waiters { waiter.resume() }
  }

  private func cancelAll() {
    state.withLock { state in
      if let server = state.server { grpc_server_cancel_all_calls(server.pointer) }
    }
  }

  private func drained() async {
    await withCheckedContinuation { continuation in
      let isDrained = state.withLock { state in
        let isDrained = state.calls.isEmpty && state.handlerCount == 0
        if !isDrained { state.drainWaiters.append(continuation) }
        return isDrained
      }
      if isDrained { continuation.resume() }
    }
  }

  private func stopped() async {
    await withCheckedContinuation { continuation in
      let isStopped = state.withLock { state in
        if state.phase != .stopped { state.stopWaiters.append(continuation) }
        return state.phase == .stopped
      }
      if isStopped { continuation.resume() }
    }
  }
}
