import ServiceLifecycle
import Worker

/// A worker as a service: a signal drains it.
struct WorkerService: Service {
  let worker: WorkerProcess

  func run() async throws {
    try await cancelWhenGracefulShutdown { try await worker.run() }
  }
}
