internal import Core
internal import CGRPC
internal import CGRPCShims

extension ServerCallCore {
  /// Ends the call with `status`, after `answer` if there is one. Later ones change nothing.
  func finish(_ status: Status, answer: Payload? = nil) {
    let claim = state.withLock { state -> (headers: Metadata?, status: Status, watches: Bool)? in
      guard !state.isFinished else { return nil }
      state.isFinished = true
      defer { state.isWatched = true }
      var status = status
      if !state.trailers.isEmpty { status.trailers = state.trailers }
      if !state.details.isEmpty { status.details = state.details }
      return (state.takeHeaders(), status, !state.isWatched)
    }
    guard let claim else { return }
    var batch = Batch()
    if let answer {
      let buffer = answer.makeByteBuffer()
      answerBuffer = buffer
      batch.sendMessage(buffer)
    }
    if claim.watches { batch.receiveClose(into: cancelled) }
    start(claim.status, batch, claim.headers, claim.watches ? Step.finishAndClose : Step.finish)
  }

  func start(_ status: Status, _ batch: Batch, _ headers: Metadata?, _ step: UInt) {
    let status = status.sendable
    var message = grpc_slice(copying: Array(status.message.utf8))
    defer { grpc_slice_unref(message) }
    let isStarted = withUnsafeMutablePointer(to: &message) { message in
      status.wireTrailers.withWire { wire, count in
        var batch = batch
        batch.sendStatus(
          grpc_status_code(Int32(status.code.rawValue)), message: status.message.isEmpty ? nil : message,
          trailers: wire, count)
        return start(step, batch, headers)
      }
    }
    if !isStarted { answered() }
  }

  func answered() {
    if let answerBuffer { grpc_byte_buffer_destroy(answerBuffer) }
    answerBuffer = nil
  }
}
