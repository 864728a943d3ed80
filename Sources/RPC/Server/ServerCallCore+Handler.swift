internal import CGRPC
internal import Core

extension ServerCallCore {
  static let cancellation = OctavoError(
    .cancelled, "the client cancelled the call, has gone, or its deadline has passed")

  /// The client's headers, copied when somebody asks while the native call lives; empty if nobody did before the
  /// handler returned.
  var metadata: Metadata {
    if let known = state.withLock({ $0.metadata }) { return known }
    let copied = read { _ in Metadata(copying: receivedMetadata) } ?? [:]
    return state.withLock { state in
      let metadata = state.metadata ?? copied
      state.metadata = metadata
      return metadata
    }
  }

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  func receive(_ continuation: Resumption<ReceiveResult>) {
    let refusal: ReceiveResult? = state.withLock { state in
      if state.isCancelled { return .misused(Self.cancellation) }
      if let error = misuse(state) { return .misused(error) }
      if state.receiver != nil {
        return .misused(
          OctavoError(.failedPrecondition, "a receive on \(method) is in flight: await it before the next"))
      }
      state.receiver = continuation
      return nil
    }
    if let refusal { return continuation.resume(returning: refusal) }
    if !start(Step.receive, { $0.receiveMessage(into: received) }) { messageArrived() }
  }

  func messageArrived() {
    let payload = received.pointee.map { Payload(consuming: $0) }
    received.pointee = nil
    // No message is the end of the client's stream unless the call broke: gRPC knows which, and the
    // close that says so may come later.
    let isBroken = payload == nil && (read { grpc_call_failed_before_recv_message($0) != 0 } ?? true)
    let (receiver, isCancelled) = state.withLock { state in
      if isBroken { state.isCancelled = true }
      defer { state.receiver = nil }
      return (state.receiver, state.isCancelled)
    }
    receiver?.resume(
      returning: payload.map { .message($0) } ?? (isCancelled ? .misused(Self.cancellation) : .none))
  }

  func send(_ payload: Payload?, _ waiter: Waiter<SendResult>) {
    let claim: Result<Metadata?, OctavoError> = state.withLock { state in
      if state.isCancelled { return .failure(Self.cancellation) }
      if let error = misuse(state) { return .failure(error) }
      if state.sender != nil {
        return .failure(OctavoError(.failedPrecondition, "a send on \(method) is in flight: await it before the next"))
      }
      state.sender = waiter
      return .success(state.takeHeaders())
    }
    let headers: Metadata?
    switch claim {
    case .failure(let error): return waiter.resume(returning: .misused(error))
    case .success(let claimed): headers = claimed
    }
    let buffer = payload?.makeByteBuffer()
    sendBuffer = buffer
    var batch = Batch()
    if let buffer { batch.sendMessage(buffer) }
    if !start(Step.send, batch, headers) { sent(ok: false) }
  }

  func start(_ step: UInt, _ batch: Batch, _ headers: Metadata?) -> Bool {
    guard let headers else { return start(step, batch) }
    return headers.withWire { wire, count in
      var batch = batch
      batch.sendInitialMetadata(wire, count)
      return start(step, batch)
    }
  }

  func sent(ok: Bool) {
    if let sendBuffer { grpc_byte_buffer_destroy(sendBuffer) }
    sendBuffer = nil
    let sender = state.withLock { state in
      if !ok { state.isCancelled = true }
      defer { state.sender = nil }
      return state.sender
    }
    sender?.resume(returning: ok ? .sent : .misused(Self.cancellation))
  }

  func misuse(_ state: State) -> OctavoError? {
    if state.isFinished { return OctavoError(.failedPrecondition, "the handler of \(method) has returned") }
    if isUnary {
      return OctavoError(.failedPrecondition, "the handler of \(method) gets one message and returns one")
    }
    return nil
  }

  func setHeaders(_ headers: Metadata) -> Bool {
    state.withLock { state in
      guard !state.areHeadersSent else { return false }
      state.headers = headers
      return true
    }
  }

  func setTrailers(_ trailers: Metadata) { state.withLock { $0.trailers = trailers } }

  func setDetails(_ details: [UInt8]) { state.withLock { $0.details = details } }
}

extension ServerCallCore.State {
  mutating func takeHeaders() -> Metadata? {
    guard !areHeadersSent else { return nil }
    areHeadersSent = true
    return headers
  }
}
