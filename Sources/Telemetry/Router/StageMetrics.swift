package import Core
internal import CoreMetrics

/// What is counted of a stage on its worker, from what the worker says of each microbatch. A reference, so that
/// handing it on costs nothing.
package final class StageMetrics: Sendable {
  private let busy: FloatingPointCounter
  private let bubble: FloatingPointCounter
  private let queue: FloatingPointCounter
  private let transfer: FloatingPointCounter
  private let bytes: Counter
  private let microbatches: Counter
  private let rows: Recorder

  init(_ maker: MetricMaker) {
    busy = maker.floatingPointCounter(.stageBusy)
    bubble = maker.floatingPointCounter(.stageBubble)
    queue = maker.floatingPointCounter(.stageQueue)
    transfer = maker.floatingPointCounter(.stageTransfer)
    bytes = maker.counter(.hopBytes)
    microbatches = maker.counter(.microbatches)
    rows = maker.histogram(.microbatchRows)
  }

  /// A microbatch went through the stage.
  package func record(_ timing: StageTiming, rows: Int) {
    busy.increment(by: Double(timing.runNs) / 1e9)
    bubble.increment(by: Double(timing.idleNs) / 1e9)
    queue.increment(by: Double(timing.queuedNs) / 1e9)
    transfer.increment(by: Double(timing.sendNs) / 1e9)
    bytes.increment(by: Int64(clamping: timing.receivedBytes))
    microbatches.increment()
    self.rows.record(rows)
  }

  /// The stage is gone from its worker: its series end.
  package func retire() {
    for counter in [busy, bubble, queue, transfer] { counter.destroy() }
    for counter in [bytes, microbatches] { counter.destroy() }
    rows.destroy()
  }
}
