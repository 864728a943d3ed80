package import Core
import DequeModule
import HeapModule

/// The scheduler of one pipeline: continuous batching at the level of one microbatch, prompts in chunks.
///
/// It is told what happens (`submit`, `cancel`, `complete`, `open`, `lose`) and asked what to do (`step`).
package struct Scheduler: Sendable {
  package let limits: SchedulerLimits
  package internal(set) var statistics = SchedulerStatistics()

  var sequences: [SequenceID: SequenceRecord] = [:]
  var waiting: WaitingQueue
  var pipeline: Pipeline?
  var runningCount = 0
  var admissions: UInt64 = 0

  /// Running sequences with one row ready, in the order in which they got ready.
  var decodes: Deque<Ticket> = []
  /// Running sequences with more to send before they sample.
  var prompts: Heap<Ticket> = []
  /// Everything that runs, by who gives way first.
  var ranks: Heap<Ticket> = []
  /// Sequences that decode, rows on their way included.
  var decodingCount = 0
  /// Rows that prompts could send now.
  var promptRowsReady = 0
  /// Blocks that running sequences will take for the tokens they have.
  var blocksOwed = 0
  /// Whom those below it left without pages.
  var urgent: Ticket?
  /// Ended here, still known to the stages.
  var closing: [SequenceID] = []

  package init(limits: SchedulerLimits) {
    self.limits = limits
    waiting = WaitingQueue(agingNs: limits.agingNs)
  }

  package var waitingCount: Int { waiting.count }
  package var sequenceCount: Int { sequences.count }
  package var runningSequenceCount: Int { runningCount }
  package var inFlightCount: Int { pipeline?.inFlight.count ?? 0 }
  /// Rows of a microbatch on its way; 0 for others.
  package func rows(of microbatch: MicrobatchID) -> Int { pipeline?.inFlight[microbatch]?.rows ?? 0 }
  /// Pages that hold nothing, by stage; empty while there is no pipeline.
  package var freePages: [Int] { pipeline?.cache.freePages ?? [] }
  /// Pages that a sequence could get, kept prefixes included; 0 while there is no pipeline.
  package var availablePages: Int { pipeline?.cache.availableCount ?? 0 }
  package var pageCount: Int { pipeline?.cache.pageCount ?? 0 }
}

extension Scheduler {
  /// The route of the current epoch, its pages, and what is on its way along it.
  struct Pipeline: Sendable {
    let epoch: Epoch
    let stages: [StageID]
    var cache: PageCache
    var pace: Pace
    var nextMicrobatch = MicrobatchID(0)
    var inFlight: [MicrobatchID: InFlight] = [:]
    var inFlightWithRows = 0
  }

  /// What a microbatch on its way will bring.
  struct InFlight: Sendable {
    var sampling: [SequenceID]
    var scoring: [Scoring]
    var rows: Int
    var sent: Moment
  }

  /// Tokens of one prompt whose scores are due.
  struct Scoring: Sendable {
    var sequence: SequenceID
    var positions: Range<Int>
  }
}
