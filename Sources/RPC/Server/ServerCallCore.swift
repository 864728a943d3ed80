internal import CGRPC
internal import CGRPCShims
internal import Core

/// A server call's batches, its handler's task and who waits.
///
/// Unchecked: `task` belongs to the loop's thread; the pointers belong to the batch in flight that writes
/// them, and to the loop's thread when that is done; everything else is in `state`.
final class ServerCallCore: Call, @unchecked Sendable {
  enum Step {
    static let close: UInt = 0
    static let send: UInt = 1
    static let receive: UInt = 2
    static let finish: UInt = 3
    static let finishAndClose: UInt = 4
  }

  struct State {
    var isCancelled = false
    var isFinished = false
    var isWatched = false
    var areHeadersSent = false
    var headers: Metadata = [:]
    var trailers: Metadata = [:]
    var details: [UInt8] = []
    var sender: Resumption<SendResult>?
    var receiver: Resumption<ReceiveResult>?
  }

  let method: Method
  let metadata: Metadata
  let deadline: gpr_timespec
  let server: ServerCore
  /// Whether gRPC has read the one request and the handler returns the one answer.
  private let isUnary: Bool
  private var task: Task<Void, Never>?
  private var sendBuffer: UnsafeMutablePointer<grpc_byte_buffer>?
  private var answerBuffer: UnsafeMutablePointer<grpc_byte_buffer>?
  private let received = UnsafeMutablePointer<UnsafeMutablePointer<grpc_byte_buffer>?>.allocate(capacity: 1)
  private let cancelled = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  private let state = Guarded(State())

  init(
    call: Handle, server: ServerCore, method: Method, metadata: Metadata, deadline: gpr_timespec, isUnary: Bool
  ) {
    self.server = server
    self.isUnary = isUnary
    self.method = method
    self.metadata = metadata
    self.deadline = deadline
    received.initialize(to: nil)
    cancelled.initialize(to: 0)
    super.init(call: call)
  }

  deinit {
    received.deallocate()
    cancelled.deallocate()
  }

  /// Watches for the close, alone: whatever is batched with it seems to succeed. Only an answer that is
  /// there before the watch goes in one batch with it; nobody asks how that went.
  func watch() {
    let isNeeded = state.withLock { state in
      defer { state.isWatched = true }
      return !state.isWatched
    }
    guard isNeeded else { return }
    let isWatched = start(Step.close) { $0.receiveClose(into: cancelled) }
    precondition(isWatched, "gRPC refused to watch a call's close")
  }

  /// On the loop's thread; returns with the close watched.
  func run(_ body: @escaping @Sendable () async -> Void, on placement: HandlerPlacement) {
    switch placement {
    case .global:
      watch()
      task = Task(operation: body)
    case .loop:
      task = Task(executorPreference: server.loop, operation: body)
      // To its first suspension, so that an answer that is there at once goes out with the watch.
      server.loop.core.runNewestJob()
      watch()
    }
  }

  override func released() {
    task = nil
    server.dismiss(self)
  }

  override func complete(_ step: UInt, ok: Bool) {
    switch step {
    case Step.close: closed()
    case Step.send: sent(ok: ok)
    case Step.receive: messageArrived()
    default: answered()
    }
    batchDone(ends: step == Step.close || step == Step.finishAndClose)
  }

  private func closed() {
    guard cancelled.pointee != 0 else { return }
    state.withLock { $0.isCancelled = true }
    task?.cancel()
  }
}

// The handler's side.
extension ServerCallCore {
  static let cancellation = OctavoError(
    .cancelled, "the client cancelled the call, has gone, or its deadline has passed")

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

  private func messageArrived() {
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

  func send(_ payload: Payload?, _ continuation: Resumption<SendResult>) {
    let claim: Result<Metadata?, OctavoError> = state.withLock { state in
      if state.isCancelled { return .failure(Self.cancellation) }
      if let error = misuse(state) { return .failure(error) }
      if state.sender != nil {
        return .failure(OctavoError(.failedPrecondition, "a send on \(method) is in flight: await it before the next"))
      }
      state.sender = continuation
      return .success(state.takeHeaders())
    }
    let headers: Metadata?
    switch claim {
    case .failure(let error): return continuation.resume(returning: .misused(error))
    case .success(let claimed): headers = claimed
    }
    let buffer = payload?.makeByteBuffer()
    sendBuffer = buffer
    var batch = Batch()
    if let buffer { batch.sendMessage(buffer) }
    if !start(Step.send, batch, headers) { sent(ok: false) }
  }

  private func start(_ step: UInt, _ batch: Batch, _ headers: Metadata?) -> Bool {
    guard let headers else { return start(step, batch) }
    return headers.withWire { wire, count in
      var batch = batch
      batch.sendInitialMetadata(wire, count)
      return start(step, batch)
    }
  }

  private func sent(ok: Bool) {
    if let sendBuffer { grpc_byte_buffer_destroy(sendBuffer) }
    sendBuffer = nil
    let sender = state.withLock { state in
      if !ok { state.isCancelled = true }
      defer { state.sender = nil }
      return state.sender
    }
    sender?.resume(returning: ok ? .sent : .misused(Self.cancellation))
  }

  private func misuse(_ state: State) -> OctavoError? {
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

// The end.
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

  private func start(_ status: Status, _ batch: Batch, _ headers: Metadata?, _ step: UInt) {
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

  private func answered() {
    if let answerBuffer { grpc_byte_buffer_destroy(answerBuffer) }
    answerBuffer = nil
  }
}
