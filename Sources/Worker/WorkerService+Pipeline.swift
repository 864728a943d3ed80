import Core
import Logging
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
    let flow = StageFlow(host, session, log(of: handshake)) { ending.finish(throwing: $0) }
    defer { flow.close() }
    if let successor { session.outbox.attach(successor.call) }
    // A task of its own: only the end of the call wakes one that waits for a frame, and that comes after this.
    Task(executorPreference: loop) { await flow.receive(from: call) }
    let watch = successor.map { successor in Task { ending.finish(throwing: await successor.ending()) } }
    defer { watch?.cancel() }
    for try await _ in endings {}
    try Task.checkCancellation()
  }

  private func log(of handshake: Handshake) -> Logger {
    var log = log
    log[metadataKey: "stage"] = "\(singleLine("\(handshake.stage)"))"
    log[metadataKey: "epoch"] = "\(handshake.epoch.rawValue)"
    return log
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
    session.outbox.attach(call)
    await session.waitForEnd()
    // Without a reason of its own it is the task that was cancelled: the router has left.
    session.end(OctavoError(.cancelled, "the reader of epoch \(session.epoch.rawValue) left"))
    await session.outbox.flush()
    if let reason = session.ending { throw reason }
  }
}
