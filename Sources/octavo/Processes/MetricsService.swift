import ServiceLifecycle
import Telemetry

/// The metrics' endpoint as a service. Its end alone ends nothing else: a cluster works without being watched.
struct MetricsService: Service {
  let endpoint: MetricsEndpoint

  func run() async throws {
    await cancelWhenGracefulShutdown { await endpoint.run() }
    try? await gracefulShutdown()
  }
}
