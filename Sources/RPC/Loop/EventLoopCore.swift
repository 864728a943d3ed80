internal import CGRPC
internal import CGRPCShims
internal import Glibc
internal import Synchronization

/// What the loop's thread shares with everyone else. Outlives the `EventLoop` until the thread ends.
///
/// Unchecked: `thread` and `wakeCall` are set before the thread starts; `localJobs` and `threadID` belong to
/// the thread.
final class EventLoopCore: @unchecked Sendable {
  struct Job {
    let job: UnownedJob
    let executor: UnownedTaskExecutor
  }

  private struct Shared {
    var inbox: [Job] = []
    var wakePosted = false
    var residents: [ObjectIdentifier: WeakResident] = [:]
    var isClosing = false
    var isFinished = false
    var finishWaiters: [CheckedContinuation<Void, Never>] = []
    var isJoined = false
  }

  let queue: OpaquePointer
  private let name: String
  private let wake: WakeCall
  let gate: Gate
  private let shared = Guarded(Shared())
  private let threadID = Atomic<UInt>(0)
  private var thread = pthread_t()
  private var localJobs: [Job] = []

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

// The thread.
extension EventLoopCore {
  var isCurrent: Bool { threadID.load(ordering: .relaxed) == UInt(pthread_self()) }

  fileprivate func run() {
    threadID.store(UInt(pthread_self()), ordering: .relaxed)
    octavo_grpc_name_thread(name)
    let forever = gpr_inf_future(GPR_CLOCK_MONOTONIC)
    let never = gpr_inf_past(GPR_CLOCK_MONOTONIC)
    while true {
      let event = grpc_completion_queue_next(queue, localJobs.isEmpty ? forever : never, nil)
      switch event.type {
      case GRPC_OP_COMPLETE: Tag.dispatch(event.tag, ok: event.success != 0)
      case GRPC_QUEUE_SHUTDOWN: return finish()
      default: break
      }
      runJobs()
    }
  }

  /// Runs what is queued now; jobs that these jobs queue come after the next look at the sockets.
  private func runJobs() {
    guard !localJobs.isEmpty else { return }
    var jobs: [Job] = []
    swap(&jobs, &localJobs)
    for job in jobs { job.job.runSynchronously(on: job.executor) }
    if localJobs.isEmpty {
      jobs.removeAll(keepingCapacity: true)
      swap(&jobs, &localJobs)
    }
  }

  /// Runs the job that was queued last, ahead of the others. Only on the loop's thread, in a completion.
  func runNewestJob() {
    guard let job = localJobs.popLast() else { return }
    job.job.runSynchronously(on: job.executor)
  }

  /// The wake-up came: whatever other threads queued is the loop's now.
  func collectInbox() {
    shared.withLock { shared in
      shared.wakePosted = false
      if localJobs.isEmpty {
        swap(&localJobs, &shared.inbox)
      } else {
        localJobs.append(contentsOf: shared.inbox)
        shared.inbox.removeAll(keepingCapacity: true)
      }
    }
  }

  private func finish() {
    threadID.store(0, ordering: .relaxed)
    grpc_completion_queue_destroy(queue)
    let waiters = shared.withLock { shared in
      shared.isFinished = true
      localJobs.append(contentsOf: shared.inbox)
      shared.inbox = []
      defer { shared.finishWaiters = [] }
      return shared.finishWaiters
    }
    for job in localJobs { globalConcurrentExecutor.enqueue(ExecutorJob(job.job)) }
    localJobs = []
    grpc_shutdown()
    for waiter in waiters { waiter.resume() }
  }
}

// Jobs.
extension EventLoopCore {
  func enqueue(_ job: UnownedJob, of loop: EventLoop) {
    let job = Job(job: job, executor: loop.asUnownedTaskExecutor())
    if isCurrent {
      localJobs.append(job)
      return
    }
    guard gate.enter() else {
      globalConcurrentExecutor.enqueue(ExecutorJob(job.job))
      return
    }
    let mustWake = shared.withLock { shared in
      shared.inbox.append(job)
      defer { shared.wakePosted = true }
      return !shared.wakePosted
    }
    if mustWake { wake.post(WakeTag(core: self)) }
    gate.leave()
  }
}

private final class WakeTag: Tag, @unchecked Sendable {
  private let core: EventLoopCore

  init(core: EventLoopCore) { self.core = core }

  override func complete(_ step: UInt, ok: Bool) { core.collectInbox() }
}

// The end.
extension EventLoopCore {
  /// Registers what must end before the loop does; `false` if the loop is ending already.
  func admit(_ resident: any Resident) -> Bool {
    shared.withLock { shared in
      guard !shared.isClosing else { return false }
      shared.residents[ObjectIdentifier(resident)] = WeakResident(resident)
      return true
    }
  }

  func dismiss(_ identifier: ObjectIdentifier) {
    shared.withLock { _ = $0.residents.removeValue(forKey: identifier) }
  }

  func shutdown() async {
    let residents = shared.withLock { shared in
      shared.isClosing = true
      return shared.residents.values.compactMap(\.resident)
    }
    for resident in residents { await resident.retire() }
    gate.close()
    await withCheckedContinuation { continuation in
      let isFinished = shared.withLock { shared in
        if !shared.isFinished { shared.finishWaiters.append(continuation) }
        return shared.isFinished
      }
      if isFinished { continuation.resume() }
    }
    if claimThread() { pthread_join(thread, nil) }
  }

  /// Nobody holds the loop any more: lets the thread end by itself.
  func abandon() {
    gate.close()
    if claimThread() { pthread_detach(thread) }
  }

  private func claimThread() -> Bool {
    shared.withLock { shared in
      defer { shared.isJoined = true }
      return !shared.isJoined
    }
  }
}
