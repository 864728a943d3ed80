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

  struct State {
    var status: Status?
    var statusWaiters: [Resumption<Status>] = []
    var headers: Metadata??
    var headerWaiters: [Resumption<Metadata?>] = []
    var sender: Waiter<SendResult>?
    var receiver: Resumption<ReceiveResult>?
    var isSendingFinished = false
    /// A receive is in flight that nobody asked for, to learn why a send was refused.
    var isPeeking = false
    var peeked: Payload?
    var closeWaiters: [Resumption<Status?>] = []
  }

  let method: Method
  let channel: ChannelCore
  let results = UnsafeMutablePointer<octavo_grpc_client_results>.make()
  var buffer: UnsafeMutablePointer<grpc_byte_buffer>?
  let state = Guarded(State())

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
    let isStarted = metadata.withWire { wire, count in start(Step.start) { $0.sendInitialMetadata(wire, count) } }
    // Unless it has ended meanwhile, and its status says why.
    if !isStarted { cancel(.internal, "gRPC refused to start the call") }
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
