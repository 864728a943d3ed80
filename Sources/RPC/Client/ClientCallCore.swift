internal import CGRPC
internal import CGRPCShims
internal import Core

/// A client call's batches and who waits for them.
///
/// Unchecked: `results` and `buffer` belong to the batch in flight that writes them, and to the loop's
/// thread when that is done; everything else is in `state`.
final class ClientCallCore: Call, @unchecked Sendable {
  enum Step {
    static let status: UInt = 0
    static let start: UInt = 1
    static let headers: UInt = 2
    static let send: UInt = 3
    static let receive: UInt = 4
  }

  private struct State {
    var status: Status?
    var statusWaiters: [Resumption<Status>] = []
    var headers: Metadata??
    var headerWaiters: [Resumption<Metadata?>] = []
    var sender: Resumption<SendResult>?
    var receiver: Resumption<ReceiveResult>?
    var isSendingFinished = false
    /// A receive is in flight that nobody asked for, to learn why a send was refused.
    var isPeeking = false
    var peeked: Payload?
    var closeWaiters: [Resumption<Status?>] = []
  }

  let method: Method
  private let channel: ChannelCore
  private let results = UnsafeMutablePointer<octavo_grpc_client_results>.make()
  private var buffer: UnsafeMutablePointer<grpc_byte_buffer>?
  private let state = Guarded(State())

  init(call: Handle, channel: ChannelCore, method: Method) {
    self.channel = channel
    self.method = method
    super.init(call: call)
  }

  deinit { results.destroy() }

  override func released() { channel.dismiss(self) }

  /// The status first and alone: whatever is batched with it would seem to succeed.
  func start(_ metadata: Metadata) {
    let isWatched = start(Step.status) { $0.receiveStatus(into: results) }
    precondition(isWatched, "gRPC refused to watch a call's status")
    // A call that was cancelled meanwhile has ended: nothing more to start, the status says why.
    _ = metadata.withWire { wire, count in start(Step.start) { $0.sendInitialMetadata(wire, count) } }
    if !start(Step.headers, { $0.receiveInitialMetadata(into: results) }) { headersArrived(nil) }
  }

  override func complete(_ step: UInt, ok: Bool) {
    switch step {
    case Step.status: ended()
    case Step.headers: headersArrived(ok ? Metadata(copying: results.pointee.initial_metadata) : nil)
    case Step.send: sent(ok: ok)
    case Step.receive: received()
    default: break
    }
    batchDone(ends: step == Step.status)
  }
}

// Status and headers.
extension ClientCallCore {
  var knownStatus: Status? { state.withLock { $0.status } }

  func awaitStatus(_ continuation: Resumption<Status>) {
    let known = state.withLock { state in
      if state.status == nil { state.statusWaiters.append(continuation) }
      return state.status
    }
    if let known { continuation.resume(returning: known) }
  }

  private func ended() {
    let status = results.status()
    let waiters = state.withLock { state in
      state.status = status
      defer {
        state.statusWaiters = []
        state.closeWaiters = []
      }
      return (state.statusWaiters, state.closeWaiters)
    }
    for waiter in waiters.0 { waiter.resume(returning: status) }
    for waiter in waiters.1 { waiter.resume(returning: status) }
  }

  func awaitInitialMetadata(_ continuation: Resumption<Metadata?>) {
    let known = state.withLock { state in
      if state.headers == nil { state.headerWaiters.append(continuation) }
      return state.headers
    }
    if let known { continuation.resume(returning: known) }
  }

  private func headersArrived(_ headers: Metadata?) {
    let waiters = state.withLock { state in
      state.headers = .some(headers)
      defer { state.headerWaiters = [] }
      return state.headerWaiters
    }
    for waiter in waiters { waiter.resume(returning: headers) }
  }
}

// Messages.
extension ClientCallCore {
  func send(_ payload: Payload?, finishing: Bool, _ continuation: Resumption<SendResult>) {
    if let refusal = claimSender(continuation, finishing: finishing) { return continuation.resume(returning: refusal) }
    let buffer = payload?.makeByteBuffer()
    self.buffer = buffer
    let isStarted = start(Step.send) { batch in
      if let buffer { batch.sendMessage(buffer) }
      if finishing { batch.sendClose() }
    }
    if !isStarted { sent(ok: false) }
  }

  private func claimSender(_ continuation: Resumption<SendResult>, finishing: Bool) -> SendResult? {
    state.withLock { state in
      if state.status != nil { return .closed }
      if state.sender != nil {
        return .misused(OctavoError(.failedPrecondition, "a send on \(method) is in flight: await it before the next"))
      }
      if state.isSendingFinished {
        return .misused(OctavoError(.failedPrecondition, "the last message on \(method) has been sent"))
      }
      state.sender = continuation
      if finishing { state.isSendingFinished = true }
      return nil
    }
  }

  private func sent(ok: Bool) {
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

  private func startReceiving() {
    if !start(Step.receive, { $0.receiveMessage(into: results.pointer(to: \.message)!) }) { received() }
  }

  private func received() {
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
