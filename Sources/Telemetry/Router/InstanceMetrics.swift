internal import CoreMetrics

/// What is counted of an instance's scheduler. A reference, so that handing it on costs nothing.
package final class InstanceMetrics: Sendable {
  private let running: Meter
  private let waiting: Meter
  private let preemptions: Counter
  private let cacheUsage: Meter
  private let prefixQueries: Counter
  private let prefixHits: Counter
  private let rows: Recorder
  private let inFlight: Meter
  private let step: Timer

  init(_ maker: MetricMaker) {
    running = maker.gauge(.requestsRunning)
    waiting = maker.gauge(.requestsWaiting)
    preemptions = maker.counter(.preemptions)
    cacheUsage = maker.gauge(.cacheUsage)
    prefixQueries = maker.counter(.prefixQueries)
    prefixHits = maker.counter(.prefixHits)
    rows = maker.histogram(.iterationTokens)
    inFlight = maker.gauge(.microbatchesInFlight)
    step = maker.timer(.schedulerStep)
  }

  /// How many sequences there are now.
  package func queues(running: Int, waiting: Int) {
    self.running.set(running)
    self.waiting.set(waiting)
  }

  /// Pages of KV in use now; 0 of 0 while there is no pipeline.
  package func pages(used: Int, of total: Int) { cacheUsage.set(Double(used) / Double(max(1, total))) }

  package func preempted(_ count: Int = 1) { preemptions.increment(by: count) }

  /// A prompt was looked up in the prefix cache.
  package func prefixLookedUp(tokens: Int, found: Int) {
    prefixQueries.increment(by: tokens)
    prefixHits.increment(by: found)
  }

  package func microbatchSent(rows: Int) { self.rows.record(rows) }

  /// Microbatches that are under way now.
  package func microbatches(inFlight: Int) { self.inFlight.set(inFlight) }

  /// The scheduler decided once.
  package func stepped(nanoseconds: UInt64) { step.recordNanoseconds(nanoseconds) }

  /// The instance is no more: its series end.
  package func retire() {
    for meter in [running, waiting, cacheUsage, inFlight] { meter.destroy() }
    for counter in [preemptions, prefixQueries, prefixHits] { counter.destroy() }
    rows.destroy()
    step.destroy()
  }
}
