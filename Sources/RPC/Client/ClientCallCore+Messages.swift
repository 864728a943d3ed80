internal import CGRPCShims
internal import CGRPC
internal import Core

extension ClientCallCore {
  func send(_ payload: Payload?, finishing: Bool, _ waiter: Waiter<SendResult>) {
    if let refusal = claimSender(waiter, finishing: finishing) { return waiter.resume(returning: refusal) }
    let buffer = payload?.makeByteBuffer()
    self.buffer = buffer
    let isStarted = start(Step.send) { batch in
      if let buffer { batch.sendMessage(buffer) }
      if finishing { batch.sendClose() }
    }
    if !isStarted { sent(ok: false) }
  }

  func claimSender(_ waiter: Waiter<SendResult>, finishing: Bool) -> SendResult? {
    state.withLock { state in
      if state.status != nil { return .closed }
      if state.sender != nil {
        return .misused(OctavoError(.failedPrecondition, "a send on \(method) is in flight: await it before the next"))
      }
      if state.isSendingFinished {
        return .misused(OctavoError(.failedPrecondition, "the last message on \(method) has been sent"))
      }
      state.sender = waiter
      if finishing { state.isSendingFinished = true }
      return nil
    }
  }

  func sent(ok: Bool) {
    if let buffer { grpc_byte_buffer_destroy(buffer) }
    buffer = nil
    let sender = state.withLock { state in
      defer { state.sender = nil }
      return state.sender
    }
    sender?.resume(returning: ok ? .sent : .closed)
  }

  func receive(_ continuation: Resumption<ReceiveResult>) {
    let (early, mustStart) = state.withLock { state -> (ReceiveResult?, Bool) in
      if let peeked = state.peeked {
        state.peeked = nil
        return (.message(peeked), false)
      }
      if state.status != nil { return (ReceiveResult.none, false) }
      if state.receiver != nil {
        let error = OctavoError(.failedPrecondition, "a receive on \(method) is in flight: await it before the next")
        return (.misused(error), false)
      }
      state.receiver = continuation
      return (nil, !state.isPeeking)
    }
    if let early { return continuation.resume(returning: early) }
    if mustStart { startReceiving() }
  }

  func startReceiving() {
    if !start(Step.receive, { $0.receiveMessage(into: results.pointer(to: \.message)!) }) { received() }
  }

  func received() {
    let payload = results.takeMessage()
    let (receiver, closeWaiters) = state.withLock { state in
      let receiver = state.receiver
      state.receiver = nil
      if state.isPeeking, receiver == nil { state.peeked = payload }
      state.isPeeking = false
      // Without a message the status follows and wakes them.
      guard payload != nil else { return (receiver, [Resumption<Status?>]()) }
      defer { state.closeWaiters = [] }
      return (receiver, state.closeWaiters)
    }
    receiver?.resume(returning: payload.map { .message($0) } ?? .none)
    for waiter in closeWaiters { waiter.resume(returning: nil) }
  }

  /// A send was refused: gives the status, or `nil` if the server has answers that nobody has received yet, which
  /// hold the status back.
  func awaitClosing(_ continuation: Resumption<Status?>) {
    let (known, mustStart) = state.withLock { state -> (Status??, Bool) in
      if let status = state.status { return (.some(status), false) }
      if state.peeked != nil { return (.some(nil), false) }
      state.closeWaiters.append(continuation)
      guard state.receiver == nil, !state.isPeeking else { return (nil, false) }
      state.isPeeking = true
      return (nil, true)
    }
    if let known { return continuation.resume(returning: known) }
    if mustStart { startReceiving() }
  }
}
