package import Core

/// A call in progress at the client. At most one send and one receive at a time; they may overlap.
///
/// Dropping it cancels the call if it has not ended; nothing leaks. Cancelling a task that waits in one of
/// its functions cancels the call.
package final class ClientCall: Sendable {
  private let core: ClientCallCore

  init(core: ClientCallCore) { self.core = core }

  deinit { core.cancel(.cancelled, "the call was dropped") }

  /// Sends a message; returns when flow control let gRPC take it, so a slow reader slows the sender.
  ///
  /// - Parameter finishing: this is the last message; spares a packet over `finishSending`.
  /// - Throws: the status if the call has ended, FAILED_PRECONDITION while another send is in flight, after
  ///   the last message, or if the server ended the call with OK without wanting more.
  package func send(_ payload: Payload, finishing: Bool = false) async throws(OctavoError) {
    try await perform { core.send(payload, finishing: finishing, .task($0)) }
  }

  /// Sends a message without waiting for it. Why one was not taken is the call's status, which `receive` throws.
  ///
  /// - Parameter taken: learns once whether flow control let gRPC take the message, on the loop's thread, so it must
  ///   not block; at once where nothing was started: the call is over, or another send is in flight.
  package func send(_ payload: Payload, taken: @escaping @Sendable (Bool) -> Void) {
    core.send(payload, finishing: false, .function { taken($0.isSent) })
  }

  /// No more messages come from this side. Does nothing once the call has ended.
  package func finishSending() async throws(OctavoError) {
    guard core.knownStatus == nil else { return }
    try await perform { core.send(nil, finishing: true, .task($0)) }
  }

  private func perform(_ start: (Resumption<SendResult>) -> Void) async throws(OctavoError) {
    let result = await withTaskCancellationHandler {
      await resumed { start($0) }
    } onCancel: {
      cancel()
    }
    switch result {
    case .sent: return
    case .misused(let error): throw error
    case .closed:
      if let status = await whyClosed(), !status.isOK { throw OctavoError(status) }
      throw OctavoError(.failedPrecondition, "\(core.method) takes no more messages: receive what it answered")
    }
  }

  private func whyClosed() async -> Status? {
    await withTaskCancellationHandler {
      await resumed { core.awaitClosing($0) }
    } onCancel: {
      cancel()
    }
  }

  /// The next message; `nil` at the end of a stream whose status is OK.
  ///
  /// - Throws: the status if it is not OK, FAILED_PRECONDITION while another receive is in flight.
  package func receive() async throws(OctavoError) -> Payload? {
    let result = await withTaskCancellationHandler {
      await resumed { core.receive($0) }
    } onCancel: {
      cancel()
    }
    switch result {
    case .message(let payload): return payload
    case .misused(let error): throw error
    case .none:
      let status = await status()
      guard status.isOK else { throw OctavoError(status) }
      return nil
    }
  }

  /// The server's headers, as soon as they are there.
  ///
  /// - Throws: the status if the call failed without any.
  package func initialMetadata() async throws(OctavoError) -> Metadata {
    let metadata = await withTaskCancellationHandler {
      await resumed { core.awaitInitialMetadata($0) }
    } onCancel: {
      cancel()
    }
    if let metadata { return metadata }
    let status = await status()
    guard status.isOK else { throw OctavoError(status) }
    return [:]
  }

  /// How the call ended; waits for it. It comes after the last message: with messages that nobody receives,
  /// it comes only when the call is cancelled here or its deadline passes.
  package func status() async -> Status {
    await withTaskCancellationHandler {
      await resumed { core.awaitStatus($0) }
    } onCancel: {
      cancel()
    }
  }

  /// Ends the call here with `code`; the server sees a cancellation. Does nothing once it has ended.
  package func cancel(_ code: StatusCode = .cancelled, _ message: String = "the call was cancelled") {
    core.cancel(code, message)
  }
}
