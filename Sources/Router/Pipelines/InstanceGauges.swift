import Core
import Scheduling
import Telemetry

/// What an instance tells about itself, from its scheduler and from what its stages say of each microbatch. Belongs to
/// the instance's driver.
final class InstanceGauges {
  private let metrics: RouterMetrics
  private let model: ModelName
  private let instance: InstanceMetrics
  private var stages: [StageMetrics] = []
  private var told = SchedulerStatistics()

  init(_ id: InstanceID, of model: ModelName, _ metrics: RouterMetrics) {
    self.metrics = metrics
    self.model = model
    instance = metrics.instance(id, of: model)
  }

  /// A pipeline stands on these workers; the series of the one before end.
  func begin(_ ids: [StageID], on workers: [WorkerID]) {
    for stage in stages { stage.retire() }
    stages = zip(ids, workers).map { metrics.stage($0, of: model, on: $1) }
  }

  func record(_ timings: [StageTiming], rows: Int) {
    guard rows > 0 else { return }
    for (stage, timing) in zip(stages, timings) { stage.record(timing, rows: rows) }
  }

  /// The scheduler decided.
  func stepped(_ scheduler: Scheduler, _ microbatches: [Microbatch], nanoseconds: UInt64) {
    for microbatch in microbatches where microbatch.rowCount > 0 { instance.microbatchSent(rows: microbatch.rowCount) }
    instance.stepped(nanoseconds: nanoseconds)
    instance.queues(running: scheduler.runningSequenceCount, waiting: scheduler.waitingCount)
    instance.microbatches(inFlight: scheduler.inFlightCount)
    instance.pages(used: scheduler.pageCount - scheduler.availablePages, of: scheduler.pageCount)
    tell(scheduler.statistics)
  }

  private func tell(_ now: SchedulerStatistics) {
    if now.preemptions > told.preemptions { instance.preempted(now.preemptions - told.preemptions) }
    if now.prefixTokensQueried > told.prefixTokensQueried {
      instance.prefixLookedUp(
        tokens: now.prefixTokensQueried - told.prefixTokensQueried, found: now.prefixTokensHit - told.prefixTokensHit)
    }
    told = now
  }
}
