internal import CGRPC
internal import CGRPCShims
internal import Core

/// The native server, its open request slots and the calls in flight.
final class ServerCore: Resident {
  enum Phase {
    case configuring, serving, stopping, stopped
  }

  struct State {
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
  static let slotsPerMethod = 8

  let loop: EventLoop
  let health = Health()
  let options: ServerOptions
  let credentials: Handle
  let state: Guarded<State>

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
  func abandon(_ server: Handle) {
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
