import Core
import Foundation
import Logging
import ServiceLifecycle

/// Keeps worker processes running: one that ends is started again, after a pause that grows while it keeps ending.
struct WorkerSupervisor: Service {
  private static let pauseFirst: Duration = .milliseconds(200)
  private static let pauseMax: Duration = .seconds(10)
  /// A worker that lived so long counts as healthy: the pause starts over.
  private static let healthyLife: Duration = .seconds(30)

  /// Of `octavo worker`, for each.
  let arguments: [[String]]
  let log: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        for index in arguments.indices {
          group.addTask { await keep(index) }
        }
      }
    }
  }

  private func keep(_ index: Int) async {
    var pause = Self.pauseFirst
    while !Task.isCancelled {
      let start = ContinuousClock.now
      let ending = await WorkerChild(arguments[index]).run()
      guard !Task.isCancelled else { return }
      if ContinuousClock.now - start > Self.healthyLife { pause = Self.pauseFirst }
      log.error("a worker ended and will be started again", metadata: ["worker": "\(index)", "ending": "\(ending)"])
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, Self.pauseMax)
    }
  }
}
