import Core
import LoadTesting
import Messages
import RPC

/// One request after another from the first byte to the last, each told to the recorder.
struct LoadExchange: Sendable {
  let connections: LoadConnections
  let recorder: SharedRecorder
  let timeout: Duration

  /// - Parameter connection: claimed for this request; released at its end.
  /// - Returns: whether it was answered, or cancelled as planned.
  func perform(_ prepared: PreparedRequest, due: Moment, on connection: Int) async -> Bool {
    defer { connections.release(connection) }
    let now = recorder.clock.now
    var progress = recorder.with { $0.sent(prepared.planned, due: due, at: now) }
    let outcome = await outcome(of: prepared, on: connections[connection], &progress)
    let end = recorder.clock.now
    recorder.with { $0.ended(outcome, at: end, &progress) }
    if case .failed = outcome { return false }
    return true
  }

  private func outcome(
    of prepared: PreparedRequest, on channel: Channel, _ progress: inout RequestProgress
  ) async -> RequestOutcome {
    do throws(OctavoError) {
      let call = try await channel.startCall(
        .inference("Generate"), metadata: prepared.metadata, timeout: timeout)
      try await call.send(prepared.payload, finishing: true)
      return try await receive(from: call, &progress)
    } catch {
      return .failed(error.code, message: error.message)
    }
  }

  private func receive(
    from call: ClientCall, _ progress: inout RequestProgress
  ) async throws(OctavoError) -> RequestOutcome {
    let cancelledAfter = progress.planned.cancelledAfter ?? .max
    var finish: Finish?
    while progress.generatedTokens < cancelledAfter {
      guard let payload = try await call.receive() else {
        guard let finish else { throw OctavoError(.internal, "the router ended an answer without saying why") }
        return .answered(queueMs: finish.usage.queueMs, cachedTokens: finish.usage.cachedTokens)
      }
      let moment = recorder.clock.now
      let part = try GenerateResponse(payload)
      finish = part.finish ?? finish
      guard !part.ids.isEmpty || part.finish != nil else { continue }
      try recorder.withLock { (recorder) throws(OctavoError) in
        try recorder.received(
          part.ids.count, continuation: part.continuation, isLast: part.finish != nil, at: moment, &progress)
      }
    }
    call.cancel()
    return .cancelled
  }
}
