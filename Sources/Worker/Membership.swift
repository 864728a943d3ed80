import Core
import Logging
import Messages
import RPC

/// A worker's place in its router's registry: joins, beats, and joins again when the router has forgotten it.
actor Membership {
  /// A router that does not answer for so long is asked again.
  private static let answerTimeout: Duration = .seconds(5)
  private static let pauseFirst: Duration = .milliseconds(100)
  private static let pauseMax: Duration = .seconds(2)
  /// Whatever a router asks for, a heart beats neither all the time nor hardly ever.
  private static let beatMin: Duration = .milliseconds(50)
  private static let beatMax: Duration = .seconds(60)
  private static let finalCodes: [StatusCode] = [.failedPrecondition, .invalidArgument]

  private let router: Channel
  private let introduction: JoinRequest
  private let log: Logger
  private let forgotten: @Sendable () async -> Void
  private var joined: JoinResponse?

  /// - Parameter forgotten: drops what the router had loaded here; nobody else will.
  init(
    router: Channel, introduction: JoinRequest, log: Logger, forgotten: @escaping @Sendable () async -> Void
  ) {
    self.forgotten = forgotten
    self.router = router
    self.introduction = introduction
    self.log = log
  }

  /// Stays a member until the task is cancelled.
  ///
  /// - Throws: FAILED_PRECONDITION or INVALID_ARGUMENT when the router refuses this worker for good, as for its
  ///   protocol version.
  func keep() async throws(OctavoError) {
    var pause = Self.pauseFirst
    while !Task.isCancelled {
      do throws(OctavoError) {
        if let joined {
          let _: Empty = try await beat(joined)
          try? await Task.sleep(for: max(Self.beatMin, min(Self.beatMax, .milliseconds(joined.heartbeatIntervalMs))))
        } else {
          joined = try await join()
          pause = Self.pauseFirst
        }
      } catch {
        guard !Task.isCancelled else { return }
        if joined == nil, Self.finalCodes.contains(error.code) { throw error }
        await note(error)
        try? await Task.sleep(for: pause)
        pause = min(pause * 2, Self.pauseMax)
      }
    }
  }

  /// Says good-bye, if there is anyone to say it to.
  func leave() async {
    guard let joined else { return }
    _ = try? await router.unary(
      .registry("Leave"), LeaveRequest(worker: joined.worker).payload(), timeout: Self.answerTimeout)
  }

  private func join() async throws(OctavoError) -> JoinResponse {
    let response: JoinResponse = try await router.unary(
      .registry("Join"), introduction, timeout: Self.answerTimeout)
    log.info("worker joined", metadata: ["worker": "\(response.worker)"])
    return response
  }

  private func beat(_ joined: JoinResponse) async throws(OctavoError) -> Empty {
    Empty(
      try await router.unary(
        .registry("Heartbeat"), HeartbeatRequest(worker: joined.worker).payload(), timeout: Self.answerTimeout))
  }

  /// A router that knows nothing of this worker was restarted or lost patience: join anew, with empty hands. One
  /// that cannot be reached may still count on it.
  private func note(_ error: OctavoError) async {
    log.warning("router does not answer as hoped", metadata: ["error": "\(error)"])
    guard error.code == .notFound, joined != nil else { return }
    joined = nil
    await forgotten()
  }
}
