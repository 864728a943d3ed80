package import Core

/// Accepts calls and runs their handlers. Configure it (`handle`, `listen`), start it once, shut it down.
package final class Server: Sendable {
  private let core: ServerCore

  /// - Parameter loop: where its calls complete, and where handlers placed on the loop run.
  /// - Throws: INVALID_ARGUMENT for bad credentials, FAILED_PRECONDITION for a loop that has been shut down.
  package init(
    credentials: ServerCredentials, options: ServerOptions = .init(), on loop: EventLoop
  ) throws(OctavoError) {
    core = try ServerCore(credentials: credentials, options: options, loop: loop)
  }

  /// Runs `handler` for each call of `method`, of whatever kind it is; before the start.
  ///
  /// A handler that returns ends the call with OK; one that throws an `OctavoError` or `Status` ends it with
  /// that; any other error becomes UNKNOWN with a message that gives nothing away.
  package func handle(
    _ method: Method, on placement: HandlerPlacement = .global,
    _ handler: @escaping @Sendable (ServerCall) async throws -> Void
  ) {
    core.add(Route(method: method, placement: placement, handler: .stream(handler)))
  }

  /// Runs `handler` for each call of a method with one request and one answer. Cheaper than `handle`: the
  /// request comes with the call, and headers, answer and status leave together.
  package func handleUnary(
    _ method: Method, on placement: HandlerPlacement = .global,
    _ handler: @escaping @Sendable (Payload, ServerCall) async throws -> Payload
  ) {
    core.add(Route(method: method, placement: placement, handler: .unary(handler)))
  }

  /// Binds a port before the start; several are possible.
  ///
  /// - Parameter port: 0 picks a free one.
  /// - Returns: the port.
  /// - Throws: ALREADY_EXISTS if the port is in use or the address is not this machine's, INVALID_ARGUMENT
  ///   for a port or host that cannot be, FAILED_PRECONDITION after the start.
  package func listen(host: String, port: Int) throws(OctavoError) -> Int { try core.listen(host: host, port: port) }

  /// - Throws: FAILED_PRECONDITION if no port is bound, or if it was started or shut down before.
  package func start() throws(OctavoError) { try core.start() }

  /// What `grpc.health.v1.Health` answers on this server.
  package var health: Health { core.health }

  /// Turns health to NOT_SERVING, takes no new calls, lets what runs finish within `grace`, cancels the
  /// rest and releases everything. Returns when every handler has returned. Idempotent.
  package func shutdown(grace: Duration) async { await core.shutdown(grace: grace) }
}
