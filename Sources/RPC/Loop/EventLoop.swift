/// One completion queue and one thread that waits on it: where calls complete, and an executor.
///
/// A task that prefers this loop as its executor resumes on the loop's thread right after the event it
/// awaited, without a hop between threads. The thread is also what reads and writes the sockets, so
/// nothing that runs on it may block or take longer than about 100 µs: pings and flow control wait
/// meanwhile. Tokenizing, packing and the like belong on the global executor.
package final class EventLoop: TaskExecutor, Sendable {
  let core: EventLoopCore

  /// - Parameter name: of the thread, cut at 15 bytes.
  package init(name: String) {
    core = EventLoopCore(name: name)
    core.start()
  }

  deinit { core.abandon() }

  /// Ends the channels and servers on this loop (servers without grace), waits until the queue is
  /// drained and joins the thread. Idempotent; jobs that come later run on the global executor.
  package func shutdown() async { await core.shutdown() }

  package func enqueue(_ job: consuming ExecutorJob) { core.enqueue(UnownedJob(job), of: self) }

  /// Whether the caller runs on this loop's thread.
  package var isCurrent: Bool { core.isCurrent }
}
