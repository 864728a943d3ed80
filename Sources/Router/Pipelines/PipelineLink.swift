import Core
import Messages
import RPC

/// The router's two calls to a pipeline in one epoch: frames into the first stage, samples from the last.
final class PipelineLink: Sendable {
  /// A chain of many stages connects one after the other.
  private static let joinTimeout: Duration = .seconds(30)

  let epoch: Epoch
  private let frames: ClientCall
  private let results: ClientCall
  private let outgoing: AsyncStream<Microbatch>
  private let queue: AsyncStream<Microbatch>.Continuation

  /// Returns when every stage has accepted the epoch.
  ///
  /// - Parameters:
  ///   - handshakes: one for the first stage and one for the last.
  /// - Throws: what a stage refused, or UNAVAILABLE.
  init(
    first: (Handshake, Channel), last: (Handshake, Channel)
  ) async throws(OctavoError) {
    epoch = first.0.epoch
    (outgoing, queue) = AsyncStream.makeStream()
    try await last.1.waitUntilReady(timeout: Self.joinTimeout)
    results = try await last.1.startCall(.worker("Results"))
    try await Self.open(results, ResultsRequest(handshake: last.0).payload(), finishing: true)
    try await first.1.waitUntilReady(timeout: Self.joinTimeout)
    frames = try await first.1.startCall(.worker("Forward"))
    try await Self.open(frames, ForwardRequest.handshake(first.0).payload(), finishing: false)
  }

  /// Sends the handshake and waits for its acceptance, not for ever: a stage may live and say nothing.
  private static func open(_ call: ClientCall, _ handshake: Payload, finishing: Bool) async throws(OctavoError) {
    let limit = Task {
      try await Task.sleep(for: joinTimeout)
      call.cancel(.deadlineExceeded, "the pipeline's stages did not accept its epoch within \(joinTimeout)")
    }
    defer { limit.cancel() }
    try await call.send(handshake, finishing: finishing)
    _ = try await call.initialMetadata()
  }

  /// Queues a microbatch. The scheduler bounds how many are on their way.
  func send(_ microbatch: Microbatch) { queue.yield(microbatch) }

  /// Carries until the pipeline ends, and says why it did.
  ///
  /// - Parameter completed: takes each microbatch's samples, in order.
  func carry(
    _ completed: @escaping @Sendable (ResultsResponse) async throws(OctavoError) -> Void
  ) async -> OctavoError {
    let reason = await withTaskGroup(of: OctavoError.self) { group in
      group.addTask { await self.ending { () async throws(OctavoError) in try await self.sendFrames() } }
      group.addTask { await self.ending { () async throws(OctavoError) in try await self.watchFrames() } }
      group.addTask {
        await self.ending { () async throws(OctavoError) in
          while let payload = try await self.results.receive() { try await completed(try ResultsResponse(payload)) }
        }
      }
      let first = await group.next()
      group.cancelAll()
      close()
      return first
    }
    return reason ?? OctavoError(.unavailable, "the pipeline ended")
  }

  /// Ends both calls; the stages forget the epoch's sequences.
  func close() {
    queue.finish()
    frames.cancel()
    results.cancel()
  }

  private func sendFrames() async throws(OctavoError) {
    for await microbatch in outgoing {
      try await frames.send(ForwardRequest.frame(Frame(microbatch: microbatch)).payload())
    }
  }

  /// The first stage answers only when the pipeline has ended.
  private func watchFrames() async throws(OctavoError) {
    while try await frames.receive() != nil {}
  }

  private func ending(_ body: () async throws(OctavoError) -> Void) async -> OctavoError {
    do throws(OctavoError) {
      try await body()
      return OctavoError(.unavailable, "the pipeline ended")
    } catch {
      return error
    }
  }
}
