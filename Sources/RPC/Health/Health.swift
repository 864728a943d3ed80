internal import Core

/// Which services of a server serve, as `grpc.health.v1.Health` tells anyone who asks or watches.
///
/// The empty name is the server as a whole; it serves from the start.
package final class Health: Sendable {
  /// As the protocol numbers them.
  package enum Serving: UInt8, Sendable {
    case unknown = 0
    case serving = 1
    case notServing = 2
    /// Only for watchers: nobody has set this service.
    case serviceUnknown = 3
  }

  private struct State {
    var services: [String: Serving] = ["": .serving]
    var watchers: [Int: Watcher] = [:]
    var nextWatcher = 0
    var isRetired = false
  }

  private struct Watcher {
    let service: String
    let changes: AsyncStream<Serving>.Continuation
  }

  private let state = Guarded(State())

  init() {}

  /// Sets a service's state and tells its watchers; after the server's shutdown began, changes nothing.
  package func set(_ service: String, _ serving: Serving) {
    state.withLock { state in
      guard !state.isRetired else { return }
      state.services[service] = serving
      // Under the lock, so that watchers see changes in their order; a yield only wakes a task.
      for watcher in state.watchers.values where watcher.service == service { watcher.changes.yield(serving) }
    }
  }

  /// The state of a service; `nil` if nobody has set it.
  package func serving(_ service: String) -> Serving? { state.withLock { $0.services[service] } }

  /// Everything stops serving, and watching ends.
  func retire() {
    let watchers = state.withLock { state in
      state.isRetired = true
      for service in state.services.keys { state.services[service] = .notServing }
      for watcher in state.watchers.values where state.services[watcher.service] != nil {
        watcher.changes.yield(.notServing)
      }
      defer { state.watchers = [:] }
      return state.watchers.values
    }
    // Outside the lock: the end of a stream comes back here.
    for watcher in watchers { watcher.changes.finish() }
  }

  /// The state now and each one it changes to; a slow reader sees the latest.
  func changes(of service: String) -> AsyncStream<Serving> {
    let (stream, changes) = AsyncStream.makeStream(of: Serving.self, bufferingPolicy: .bufferingNewest(1))
    state.withLock { state in
      changes.yield(state.services[service] ?? .serviceUnknown)
      guard !state.isRetired else { return changes.finish() }
      let number = state.nextWatcher
      state.nextWatcher += 1
      state.watchers[number] = Watcher(service: service, changes: changes)
      changes.onTermination = { [weak self] _ in self?.forget(number) }
    }
    return stream
  }

  private func forget(_ number: Int) { state.withLock { _ = $0.watchers.removeValue(forKey: number) } }
}
