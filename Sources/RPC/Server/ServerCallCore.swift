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
    var metadata: Metadata?
    var isWatched = false
    var areHeadersSent = false
    var headers: Metadata = [:]
    var trailers: Metadata = [:]
    var details: [UInt8] = []
    var sender: Waiter<SendResult>?
    var receiver: Resumption<ReceiveResult>?
  }

  let method: Method
  let deadline: gpr_timespec
  let server: ServerCore
  /// Whether gRPC has read the one request and the handler returns the one answer.
  let isUnary: Bool
  var task: Task<Void, Never>?
  var sendBuffer: UnsafeMutablePointer<grpc_byte_buffer>?
  var answerBuffer: UnsafeMutablePointer<grpc_byte_buffer>?
  var receivedMetadata: grpc_metadata_array
  let received = UnsafeMutablePointer<UnsafeMutablePointer<grpc_byte_buffer>?>.allocate(capacity: 1)
  let cancelled = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  let state = Guarded(State())

  init(
    call: Handle, server: ServerCore, method: Method, metadata: grpc_metadata_array, deadline: gpr_timespec,
    isUnary: Bool
  ) {
    self.server = server
    self.isUnary = isUnary
    self.method = method
    receivedMetadata = metadata
    self.deadline = deadline
    received.initialize(to: nil)
    cancelled.initialize(to: 0)
    super.init(call: call)
  }

  deinit {
    received.deallocate()
    cancelled.deallocate()
    grpc_metadata_array_destroy(&receivedMetadata)
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

  func closed() {
    guard cancelled.pointee != 0 else { return }
    // The native call may be released before the handler asks.
    _ = metadata
    state.withLock { $0.isCancelled = true }
    task?.cancel()
  }
}
