import Core
import Dispatch
import Engine
import Glibc
import Synchronization

/// Runs an actor on a thread of its own, so that its long steps hold up nothing but itself.
///
/// Where an engine's threads have CPUs of their own, this one waits on its CPU, so that a frame finds it there. The
/// actor's steps run unpinned, but for what the engine computes: they may start threads, which would inherit the CPU.
final class StageExecutor: SerialExecutor {
  private let jobs = Jobs()

  /// - Throws: RESOURCE_EXHAUSTED if the system has no more threads: jobs without one would wait for ever.
  init(label: String, engine options: EngineOptions? = nil) throws(OctavoError) {
    let cpu = options.map(CallerCPU.init)
    try DetachedThread.start(label) { [jobs] in
      jobs.begin()
      while let job = cpu.map({ $0.hold { jobs.next() } }) ?? jobs.next() { job.run() }
    }
  }

  deinit { jobs.end() }

  func enqueue(_ job: consuming ExecutorJob) {
    jobs.add(.step(UnownedJob(job), self))
  }

  /// Runs `body` on the thread, after the steps that came before: without the task that a call of the actor takes.
  func submit(_ body: @escaping @Sendable () -> Void) { jobs.add(.function(body)) }

  func isIsolatingCurrentContext() -> Bool? { jobs.areOfThisThread }

  func checkIsolated() { precondition(jobs.areOfThisThread, "off the thread of a stage") }

  private enum Job {
    /// An actor's step, and the executor it holds on to until it has run.
    case step(UnownedJob, StageExecutor)
    case function(@Sendable () -> Void)

    func run() {
      switch self {
      case .step(let step, let executor): unsafe step.runSynchronously(on: executor.asUnownedSerialExecutor())
      case .function(let body): body()
      }
    }
  }

  /// In the order they came; as many as the actor has calls.
  private final class Jobs: Sendable {
    private let waiting = Mutex<[Job]>([])
    private let ready = DispatchSemaphore(value: 0)
    private let thread = Atomic<UInt>(0)

    var areOfThisThread: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    func begin() { thread.store(UInt(pthread_self()), ordering: .relaxed) }

    func add(_ job: Job) {
      waiting.withLock { $0.append(job) }
      ready.signal()
    }

    func end() { ready.signal() }

    /// Waits for a step; `nil` at the end.
    func next() -> Job? {
      ready.wait()
      return waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
  }
}
