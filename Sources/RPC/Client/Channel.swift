package import Core

/// A connection to one server, made when it is first needed and made again when it is lost.
package final class Channel: Sendable {
  let core: ChannelCore

  /// - Parameters:
  ///   - target: `HOST:PORT`, `ipv4:`, `ipv6:`, `unix:` or `dns:` as gRPC names them.
  ///   - loop: where calls of this channel complete.
  /// - Throws: INVALID_ARGUMENT for a bad target or credentials, FAILED_PRECONDITION for a loop that has
  ///   been shut down.
  package init(
    target: String, credentials: ChannelCredentials, options: ChannelOptions = .init(), on loop: EventLoop
  ) throws(OctavoError) {
    core = try ChannelCore(target: target, credentials: credentials, options: options, loop: loop)
  }

  /// One request, one answer. Cancelled with its task. A server that breaks the protocol with a second answer
  /// is not noticed before `timeout`, so give one.
  ///
  /// - Throws: the status of the call if it is not OK; INVALID_ARGUMENT for illegal metadata;
  ///   RESOURCE_EXHAUSTED past the channel's limits.
  package func unary(
    _ method: Method, _ request: Payload, metadata: Metadata = [:], timeout: Duration? = nil
  ) async throws(OctavoError) -> Payload {
    try metadata.validate()
    let call = try core.admit(method, timeout: timeout) { UnaryCall(call: $0, channel: core) }
    let answer = await withTaskCancellationHandler {
      await resumed { call.start(request, metadata, $0) }
    } onCancel: {
      call.cancel(.cancelled, "the task was cancelled")
    }
    return try answer.get()
  }

  /// Opens a call of any kind; its headers are on their way when this returns.
  package func startCall(
    _ method: Method, metadata: Metadata = [:], timeout: Duration? = nil
  ) async throws(OctavoError) -> ClientCall {
    try metadata.validate()
    let call = try core.admit(method, timeout: timeout) { ClientCallCore(call: $0, channel: core, method: method) }
    call.start(metadata)
    return ClientCall(core: call)
  }

  /// Connects and returns once there is a connection; keeps trying until then.
  ///
  /// - Throws: UNAVAILABLE past `timeout`, CANCELLED with its task, FAILED_PRECONDITION once closed.
  package func waitUntilReady(timeout: Duration) async throws(OctavoError) {
    try await core.waitUntilReady(timeout: timeout)
  }

  /// Cancels what runs, waits for it, and gives the connection up. Idempotent.
  package func close() async { await core.retire() }
}
