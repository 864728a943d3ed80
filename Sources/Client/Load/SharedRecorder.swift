import Core
import LoadTesting
import Synchronization

/// The recorder of a run, for the tasks that take part in it.
final class SharedRecorder: Sendable {
  let clock: RunClock
  private let recorder: Mutex<LoadRecorder>

  init(_ recorder: LoadRecorder, clock: RunClock) {
    self.recorder = Mutex(recorder)
    self.clock = clock
  }

  func withLock<Result: Sendable>(
    _ body: (inout LoadRecorder) throws(OctavoError) -> Result
  ) throws(OctavoError) -> Result {
    try recorder.withLock { (recorder) throws(OctavoError) in try body(&recorder) }
  }

  func with<Result: Sendable>(_ body: (inout LoadRecorder) -> Result) -> Result {
    recorder.withLock { body(&$0) }
  }
}
