import Core
import DequeModule

/// The scheduler of one pipeline: continuous batching at the level of one microbatch, prompts in chunks.
///
/// It is told what happens (`submit`, `cancel`, `complete`, `open`, `lose`) and asked what to do (`step`).
package struct Scheduler: Sendable {
  package internal(set) var limits: SchedulerLimits

  var waiting: Deque<GenerationRequest> = []
  var running: [SequenceID: RunningSequence] = [:]
  /// Admission order: who comes first gets rows first.
  var order: [SequenceID] = []
  var pipeline: Pipeline?
  /// Closed here, still known to the stages; with the pages that return when the stages are told.
  var closing: [RunningSequence] = []
  var reservedPages = 0

  package init(limits: SchedulerLimits) {
    self.limits = limits
  }

  package var waitingCount: Int { waiting.count }
  package var runningCount: Int { running.count }
  /// Pages that no sequence holds, by stage; empty while there is no pipeline.
  package var freePages: [Int] { pipeline?.pools.map(\.freeCount) ?? [] }
}

extension Scheduler {
  /// The route of the current epoch and what is on its way along it.
  struct Pipeline: Sendable {
    let epoch: Epoch
    let stages: [StageID]
    var pools: [PagePool]
    var nextMicrobatch = MicrobatchID(0)
    /// For each microbatch not yet completed, the sequences whose samples it brings, and whether it has rows.
    var inFlight: [MicrobatchID: InFlight] = [:]
    var inFlightWithRows = 0
  }

  struct InFlight: Sendable {
    var sampling: [SequenceID]
    var hasRows: Bool
  }
}
