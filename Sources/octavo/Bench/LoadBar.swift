import Client
import Core
import Synchronization

/// The progress of one run of several, on stderr.
final class LoadBar: Sendable {
  private let bar = Mutex(ProgressBar())
  private let runs: Int

  init(runs: Int) { self.runs = runs }

  func update(_ progress: LoadProgress, run: Int) {
    let place = runs == 1 ? "" : "run \(run + 1) of \(runs): "
    let counts = "\(progress.ended) requests ended, \(progress.inFlight) in flight, \(progress.generatedTokens) tokens"
    bar.withLock { $0.update((Double(run) + progress.fraction) / Double(runs), place + counts) }
  }

  func finish() {
    bar.withLock { $0.finish() }
  }
}
