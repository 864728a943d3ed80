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
  let core: EventLoopCore

  init(core: EventLoopCore) { self.core = core }

  override func complete(_ step: UInt, ok: Bool) { core.collectInbox() }
}
