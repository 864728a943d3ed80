package import Core
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import NIOPosix

/// An HTTP server with two pages: `/metrics` for Prometheus, and `/healthz`, which says only that the process answers.
///
/// It speaks without TLS and knows no users: whoever reaches it may read, and can do nothing else.
package struct MetricsEndpoint: Sendable {
  /// `http://HOST:PORT`.
  package let url: String

  private let server: Server<HTTP1Channel>
  private let serving: Task<Void, Never>
  private let threads: MultiThreadedEventLoopGroup

  /// Listens and answers at once.
  ///
  /// - Parameter port: 0 picks a free one.
  /// - Throws: ALREADY_EXISTS if the port is in use or the address is not this machine's, INVALID_ARGUMENT for a port
  ///   or host that is none.
  package static func open(
    host: String, port: Int, registry: MetricsRegistry, limits: EndpointLimits = EndpointLimits(), log: Logger
  ) async throws(OctavoError) -> MetricsEndpoint {
    guard (0...65_535).contains(port) else {
      throw .invalid("the metrics' port", "\(port)", "give 0 (any free one) to 65535")
    }
    guard !host.isEmpty, !host.utf8.contains(0) else {
      throw .invalid("the metrics' host", quoted(host), "give a name or address")
    }
    let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let (ports, listening) = AsyncThrowingStream.makeStream(of: Int.self)
    let server = Server(
      childChannelSetup: HTTP1Channel(responder: responder(registry, limits), configuration: limits.channel),
      configuration: limits.server(host: host, port: port, log: log),
      onServerRunning: { channel in listening.yield(channel.localAddress?.port ?? port) },
      eventLoopGroup: threads, logger: log)
    let serving = Task {
      do {
        try await server.run()
        listening.finish()
      } catch {
        listening.finish(throwing: error)
      }
    }
    do {
      let bound = try await first(of: ports)
      return MetricsEndpoint(
        url: "http://\(address(host, bound))", server: server, serving: serving, threads: threads)
    } catch {
      try? await threads.shutdownGracefully()
      throw OctavoError(
        .alreadyExists,
        "cannot serve metrics on \(address(host, port)): the port is in use or the address is not ours", cause: error)
    }
  }

  /// Serves until the task is cancelled, then lets answers that are under way end, and returns.
  package func run() async {
    await withTaskCancellationHandler {
      await serving.value
    } onCancel: {
      Task { try? await server.shutdownGracefully() }
    }
    try? await threads.shutdownGracefully()
  }

  private static func first(of ports: AsyncThrowingStream<Int, any Error>) async throws -> Int {
    for try await port in ports { return port }
    throw CancellationError()
  }

  private static func address(_ host: String, _ port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
