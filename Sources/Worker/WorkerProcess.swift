import Engine
package import Core
package import Logging
import Messages
import RPC

/// A worker from its first port to its last byte.
package final class WorkerProcess: Sendable {
  private let settings: WorkerSettings
  private let log: Logger
  private let loop: EventLoop
  private let server: Server
  private let router: Channel
  private let table: StageTable

  /// HOST:PORT as the router and other workers reach it.
  package let address: String

  /// Listens; nothing is answered before `run`.
  ///
  /// - Throws: UNAVAILABLE when the port is in use, INVALID_ARGUMENT for credentials that are none.
  package init(_ settings: WorkerSettings, log: Logger) throws(OctavoError) {
    self.settings = settings
    self.log = log
    loop = EventLoop(name: "worker")
    server = try Server(credentials: settings.serverCredentials, options: .pipeline, on: loop)
    let connect = { @Sendable [loop, credentials = settings.channelCredentials] address throws(OctavoError) in
      try Channel(target: address, credentials: credentials, options: .pipeline, on: loop)
    }
    router = try connect(settings.router)
    table = StageTable(memory: settings.memory)
    let service = WorkerService(
      table: table, checkpoints: try CheckpointReader(settings.models), options: settings.engine, log: log, loop: loop,
      connect: connect)
    service.register(on: server)
    address = "\(settings.host):\(try server.listen(host: settings.host, port: settings.port))"
  }

  /// Serves until the task is cancelled, then takes leave of the router, lets what runs end, and returns.
  package func run() async throws(OctavoError) {
    try server.start()
    server.health.set("", .serving)
    log.info("worker listens", metadata: ["address": "\(address)", "memory": "\(settings.memory)"])
    let membership = Membership(
      router: router,
      introduction: JoinRequest(
        address: address, memoryBytes: settings.memory.bytes, threads: settings.engine.threads),
      log: log, forgotten: { [table] in await table.removeAll() })
    let refusal = await Self.refusal(of: membership)
    // In a task of its own: this one is cancelled, and so would be every call that shutting down makes.
    await Task { await shutDown(membership) }.value
    if let refusal { throw refusal }
  }

  private func shutDown(_ membership: Membership) async {
    log.info("worker drains")
    await membership.leave()
    await server.shutdown(grace: settings.grace)
    await table.close()
    await router.close()
    await loop.shutdown()
  }

  /// Why the router will not have this worker; nil when it was told to stop.
  private static func refusal(of membership: Membership) async -> OctavoError? {
    do throws(OctavoError) {
      try await membership.keep()
      return nil
    } catch {
      return error
    }
  }
}
