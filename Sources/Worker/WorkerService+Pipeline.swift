import Core
import Engine
import Messages
import RPC

extension WorkerService {
  /// Frames in, frames or samples out, until the stage before ends the call or the epoch ends.
  func forward(_ call: ServerCall) async throws {
    guard case .handshake(let handshake) = try ForwardRequest(try await call.receiveFirst()) else {
      throw OctavoError(.failedPrecondition, "a Forward call begins with a handshake")
    }
    let host = try await table.host(of: handshake.stage)
    let session = try await host.join(handshake)
    // A refused claim leaves the session to whoever has the call.
    try session.claim("Forward")
    let work = Task { try await run(call, host, session, handshake) }
    session.whenEnded { work.cancel() }
    do {
      try await withTaskCancellationHandler {
        try await work.value
      } onCancel: {
        work.cancel()
      }
      session.end(OctavoError(.cancelled, "the frames of epoch \(session.epoch.rawValue) ended"))
      await host.leave(session)
    } catch {
      // A cancelled call says nothing of itself; the session knows why it was ended.
      let reason = session.ending ?? OctavoError(wrapping: error)
      session.end(reason)
      await host.leave(session)
      throw reason
    }
    try await call.send(Empty().payload())
  }

  /// Whoever ends first ends the call: the frames, the stages ahead, or this task's cancellation.
  private func run(_ call: ServerCall, _ host: StageHost, _ session: StageSession, _ handshake: Handshake) async throws
  {
    let successor = try await openSuccessor(of: host, handshake)
    try await call.sendInitialMetadata([:])
    let (endings, ending) = AsyncThrowingStream<Never, any Error>.makeStream()
    // Tasks of their own: only the end of the call wakes one that waits for a frame, and that comes after this.
    var tasks = [
      Task { await Self.ending(ending) { try await passFrames(of: call, through: host, session, to: successor) } }
    ]
    if let successor { tasks.append(Task { await Self.ending(ending) { try await successor.watch() } }) }
    defer { for task in tasks { task.cancel() } }
    for try await _ in endings {}
    try Task.checkCancellation()
  }

  private static func ending(
    _ ending: AsyncThrowingStream<Never, any Error>.Continuation, _ body: () async throws -> Void
  ) async {
    do {
      try await body()
      ending.finish()
    } catch {
      ending.finish(throwing: error)
    }
  }

  private func passFrames(
    of call: ServerCall, through host: StageHost, _ session: StageSession, to successor: Successor?
  ) async throws {
    while let payload = try await call.receive() {
      guard case .frame(let frame) = try ForwardRequest(payload) else {
        throw OctavoError(.invalidArgument, "a second handshake came on a Forward call")
      }
      try await pass(frame, through: host, session, to: successor)
    }
  }

  /// Runs one frame and hands on what comes out of it.
  private func pass(
    _ frame: Frame, through host: StageHost, _ session: StageSession, to successor: Successor?
  ) async throws {
    switch try await host.run(frame, in: session.epoch) {
    case .activations(let activations):
      guard let successor else { throw OctavoError(.internal, "a last stage made activations") }
      try await successor.send(Frame(microbatch: frame.microbatch.forwarded, activations: activations))
    case .sampled(let tokens, let scores):
      try session.yield(
        ResultsResponse(
          microbatch: frame.microbatch.id, epoch: frame.microbatch.epoch, tokens: tokens, scores: scores))
    }
  }

  private func openSuccessor(of host: StageHost, _ handshake: Handshake) async throws -> Successor? {
    guard let address = host.request.nextAddress else { return nil }
    var next = handshake
    next.stage.index += 1
    return try await Successor(opening: next, on: try connect(address))
  }

  /// What the last stage samples, to the router.
  func results(_ call: ServerCall) async throws {
    let handshake = try ResultsRequest(try await call.receiveFirst()).handshake
    let host = try await table.host(of: handshake.stage)
    guard host.request.range.projects else {
      throw OctavoError(.failedPrecondition, "stage \(handshake.stage) is not the last: it has no results")
    }
    let session = try await host.join(handshake)
    try session.claim("Results")
    try await call.sendInitialMetadata([:])
    do {
      for try await response in session.results { try await call.send(response.payload()) }
    } catch {
      session.end(OctavoError(wrapping: error))
      throw error
    }
    // A finished stream without a reason is a cancelled task: the router has left.
    session.end(OctavoError(.cancelled, "the reader of epoch \(session.epoch.rawValue) left"))
  }
}
