internal import CGRPC
internal import CGRPCShims
internal import Core

/// The native channel and the calls in flight on it.
final class ChannelCore: Resident {
  struct State {
    var channel: Handle?
    var isClosing = false
    var calls: [ObjectIdentifier: Call] = [:]
    /// Who may still use the loop's queue: the native channel and each watch of its connectivity.
    var queueUserCount = 1
    var registered: [Method: RegisteredMethod] = [:]
    var drainWaiters: [CheckedContinuation<Void, Never>] = []
  }

  struct RegisteredMethod: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
  }

  /// Methods that get a registered call, which spares gRPC work a call; further ones work without.
  static let registeredMethodsMax = 64

  let target: String
  let loop: EventLoop
  let options: ChannelOptions
  let state: Guarded<State>

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

  func destroy() {
    let channel = state.withLock { state in
      defer { state.channel = nil }
      return state.channel
    }
    guard let channel else { return }
    grpc_channel_destroy(channel.pointer)
    unwatch()
  }
}
