import Core
import Messages
import RPC
import Synchronization

/// A worker that computes nothing: it takes a whole model as its one stage and answers every frame at once, or at a
/// pace. Each token's logprob carries the microsecond at which its result left.
final class NullWorker: Sendable {
  /// What it says it has, so that no page is ever missing.
  private static let memoryBytes = 1 << 44

  private let server: Server
  private let router: Channel
  private let address: String
  private let tokensPerSecond: Double?
  private let results: AsyncStream<ResultsResponse>
  private let output: AsyncStream<ResultsResponse>.Continuation

  /// - Parameter tokensPerSecond: at most; `nil` for as many as come.
  init(router: String, tokensPerSecond: Double?, on loop: EventLoop) throws {
    self.tokensPerSecond = tokensPerSecond
    (results, output) = AsyncStream.makeStream()
    server = try Server(credentials: .insecure, options: .pipeline, on: loop)
    self.router = try Channel(target: router, credentials: .insecure, options: .pipeline, on: loop)
    address = "127.0.0.1:\(try server.listen(host: "127.0.0.1", port: 0))"
    server.handle(.worker("Load")) { call in
      _ = try await call.receiveFirst()
      try await call.send(LoadProgress(fraction: 1, memoryBytes: 1).payload())
    }
    server.obey(.worker("Unload")) { (_: UnloadRequest) in }
    server.handle(.worker("Forward"), on: .loop) { call in try await self.forward(call) }
    server.handle(.worker("Results"), on: .loop) { call in
      _ = try await call.receiveFirst()
      try await call.sendInitialMetadata([:])
      for await response in self.results { try await call.send(response.payload()) }
    }
    try server.start()
  }

  /// Joins the router and stays a member.
  func join() async throws {
    try await router.waitUntilReady(timeout: .seconds(10))
    let joined: JoinResponse = try await router.unary(
      .registry("Join"), JoinRequest(address: address, memoryBytes: Self.memoryBytes, threads: 1),
      timeout: .seconds(5))
    Task {
      while true {
        try await Task.sleep(for: .milliseconds(joined.heartbeatIntervalMs))
        _ = try await router.unary(
          .registry("Heartbeat"), HeartbeatRequest(worker: joined.worker).payload(), timeout: .seconds(5))
      }
    }
  }

  private func forward(_ call: ServerCall) async throws {
    _ = try await call.receiveFirst()
    try await call.sendInitialMetadata([:])
    var due = ContinuousClock.now
    while let payload = try await call.receive() {
      guard case .frame(let frame) = try ForwardRequest(payload) else { return }
      let sampling = frame.microbatch.segments.filter(\.samples)
      if let tokensPerSecond, !sampling.isEmpty {
        // What a sleep overshot is made up for, a pause is not.
        due = max(due, .now - .milliseconds(20)) + .seconds(Double(sampling.count) / tokensPerSecond)
        try await Task.sleep(until: due, clock: .continuous)
      }
      answer(frame.microbatch, sampling)
    }
  }

  private func answer(_ microbatch: Microbatch, _ sampling: [Segment]) {
    let stamp = Stamp.now
    let tokens = sampling.map { segment in
      SampledToken(
        sequence: segment.sequence, position: segment.position + segment.tokens.count,
        choice: TokenLogprob(token: 40, logprob: stamp.logprob), top: [])
    }
    output.yield(
      ResultsResponse(
        microbatch: microbatch.id, epoch: microbatch.epoch, tokens: tokens, timings: [StageTiming(runNs: 1)]))
  }
}
