internal import Synchronization
internal import CGRPC
internal import CGRPCShims
internal import Glibc

extension EventLoopCore {
  var isCurrent: Bool { threadID.load(ordering: .relaxed) == UInt(pthread_self()) }

  func run() {
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
  func runJobs() {
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

  func finish() {
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
