import ControlPlane
package import Core
import Foundation
package import Logging
import Messages
import RPC
package import Telemetry

/// A router from its first port to its last byte.
package final class RouterProcess: Sendable {
  private let settings: RouterSettings
  private let log: Logger
  private let loop: EventLoop
  private let server: Server
  private let channels: ChannelPool
  private let models: ModelTable
  private let cluster: ClusterDriver

  /// HOST:PORT where it listens.
  package let address: String

  /// Opens the models and listens; nothing is answered before `run`.
  ///
  /// - Throws: what is wrong with a model, or UNAVAILABLE when the port is in use.
  package init(
    _ settings: RouterSettings, metrics: RouterMetrics, log: Logger
  ) throws(OctavoError) {
    self.settings = settings
    self.log = log
    var drivers: [ModelDriver] = []
    let clock = ProcessClock()
    for source in settings.models {
      drivers.append(try ModelDriver(try LoadedModel(source), clock: clock, metrics: metrics))
    }
    models = try ModelTable(drivers)

    loop = EventLoop(name: "router")
    server = try Server(credentials: settings.serverCredentials, on: loop)
    channels = ChannelPool(credentials: settings.channelCredentials, options: .pipeline, on: loop)
    cluster = ClusterDriver(
      settings: ControlPlaneSettings(workersExpected: settings.workersExpected, firstEpoch: Self.firstEpoch),
      models: models, channels: channels, clock: clock, log: log)
    InferenceService(models: models, cluster: cluster, clock: clock, metrics: metrics, log: log).register(on: server)
    RegistryService(cluster: cluster).register(on: server)
    AdminService(cluster: cluster, models: models, clock: clock).register(on: server)
    address = "\(settings.host):\(try server.listen(host: settings.host, port: settings.port))"
  }

  /// Milliseconds since 1970: later routers begin above every epoch of earlier ones.
  private static var firstEpoch: Epoch { Epoch(UInt64(Date().timeIntervalSince1970 * 1_000)) }

  /// Serves until the task is cancelled, then lets running requests end, and returns.
  package func run() async throws(OctavoError) {
    try server.start()
    server.health.set("", .serving)
    log.info("router listens", metadata: ["address": "\(address)"])
    let keeper = Task { await cluster.run(models) }
    await withTaskCancellationHandler {
      await keeper.value
    } onCancel: {
      keeper.cancel()
    }
    // In a task of its own: this one is cancelled, and so would be every call that shutting down makes.
    await Task { await shutDown() }.value
  }

  private func shutDown() async {
    log.info("router drains")
    await server.shutdown(grace: settings.grace)
    await cluster.stop()
    await channels.close()
    await loop.shutdown()
  }

  /// Returns when every model has a ready instance.
  ///
  /// - Parameter progress: told again and again how much is loaded, 0 to 1, over all stages that are placed.
  /// - Throws: RESOURCE_EXHAUSTED when the workers that are there have no room for one, with what is missing.
  package func waitUntilReady(progress: (_ fraction: Double) -> Void) async throws(OctavoError) {
    while await !isReady {
      let records = await cluster.snapshot.instances.values
      if let refused = records.first(where: \.isRefused) {
        throw OctavoError(.resourceExhausted, "\(refused.model.name): \(refused.detail)")
      }
      let loaded = records.flatMap(\.stages).map { Double($0.loadedFraction) }
      progress(loaded.reduce(0, +) / Double(max(1, loaded.count)))
      do { try await Task.sleep(for: .milliseconds(20)) } catch { throw OctavoError(wrapping: error) }
    }
  }

  private var isReady: Bool {
    get async {
      let records = await cluster.snapshot.instances
      return models.all.allSatisfy { driver in
        driver.instances.contains { records[$0.id]?.state == .ready }
      }
    }
  }
}
