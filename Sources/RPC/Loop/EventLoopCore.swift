internal import CGRPC
internal import CGRPCShims
internal import Glibc
internal import Synchronization

/// What the loop's thread shares with everyone else. Outlives the `EventLoop` until the thread ends.
///
/// Unchecked: `thread` is set before the thread starts; `localJobs` and `threadID` belong to
/// the thread.
final class EventLoopCore: @unchecked Sendable {
  struct Job {
    let job: UnownedJob
    let executor: UnownedTaskExecutor
  }

  struct Shared {
    var inbox: [Job] = []
    var wakePosted = false
    var residents: [ObjectIdentifier: WeakResident] = [:]
    var isClosing = false
    var isFinished = false
    var finishWaiters: [CheckedContinuation<Void, Never>] = []
    var isJoined = false
  }

  let queue: OpaquePointer
  let name: String
  let wake: WakeCall
  let gate: Gate
  let shared = Guarded(Shared())
  let threadID = Atomic<UInt>(0)
  var thread = pthread_t()
  var localJobs: [Job] = []

  init(name: String) {
    // What matters of C-core's own log arrives as a status; GRPC_VERBOSITY in the environment brings it back.
    setenv("GRPC_VERBOSITY", "NONE", 0)
    grpc_init()
    self.name = name
    let queue = grpc_completion_queue_create_for_next(nil)!
    self.queue = queue
    let wake = WakeCall(queue: queue)
    self.wake = wake
    let handle = Handle(queue)
    gate = Gate {
      wake.release()
      grpc_completion_queue_shutdown(handle.pointer)
    }
  }

  func start() {
    let argument = Unmanaged.passRetained(self).toOpaque()
    let failure = pthread_create(&thread, nil, { runEventLoop($0!) }, argument)
    precondition(failure == 0, "no thread for an event loop: error \(failure)")
  }
}

private func runEventLoop(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  Unmanaged<EventLoopCore>.fromOpaque(argument).takeRetainedValue().run()
  return nil
}
