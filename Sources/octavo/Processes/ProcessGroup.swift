import Core
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs services until a signal, or the end of one of them, asks them to stop, the last of them first.
struct ProcessGroup {
  let log: Logger
  var signals: [UnixSignal] = [.sigterm, .sigint]

  /// - Parameter alongside: runs beside the services; when it throws, they stop and the error is thrown on.
  func run(
    _ services: [any Service], alongside: @escaping @Sendable () async throws -> Void = {}
  ) async throws {
    let configurations = services.map { service in
      ServiceGroupConfiguration.ServiceConfiguration(
        service: service, successTerminationBehavior: .gracefullyShutdownGroup,
        failureTerminationBehavior: .gracefullyShutdownGroup)
    }
    let group = ServiceGroup(
      configuration: .init(services: configurations, gracefulShutdownSignals: signals, logger: log))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      let side = Task {
        do {
          try await alongside()
        } catch {
          await group.triggerGracefulShutdown()
          throw error
        }
      }
      tasks.addTask { try await group.run() }
      try await tasks.waitForAll()
      side.cancel()
      do {
        try await side.value
      } catch let error as OctavoError where error.code == .cancelled {
        // The services ended first, as they should.
      }
    }
  }
}
