import Core

/// A microbatch in the making.
struct Draft {
  /// Microbatches among which decoding rows are spread.
  let spread: Int
  var route: [Hop]
  var openings: [SequenceOpening] = []
  var segments: [Segment] = []
  var rows = 0
  var sampling: [SequenceID] = []
  var scoring: [Scheduler.Scoring] = []
  var outputs: [SchedulerOutput] = []
  /// Whose rows it has: they cannot give way any more.
  var members: Set<SequenceID> = []

  init(route stages: [StageID], spread: Int) {
    self.spread = spread
    route = stages.map { Hop(stage: $0, grants: []) }
  }
}
