import Router
import ServiceLifecycle

/// A router as a service: a signal drains it.
struct RouterService: Service {
  let router: RouterProcess

  func run() async throws {
    try await cancelWhenGracefulShutdown { try await router.run() }
  }
}
