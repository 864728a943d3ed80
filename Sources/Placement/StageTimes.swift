import Core
import Models

/// How long a stage takes on one worker, as a function of its layers: all are alike, so a slope and what the head adds.
///
/// In picoseconds, rounded once and no further, so that comparisons are exact.
struct StageTimes: Sendable, Hashable {
  let layer: Int
  let head: Int

  /// - Parameters:
  ///   - layer: the work of one layer without the head.
  ///   - head: the work of the head alone.
  init(layer: StageWork, head: StageWork, _ splitGoal: SplitGoal, _ rates: WorkerRates) {
    self.layer = max(1, Self.picoseconds(splitGoal.seconds(layer, isHead: false, rates)))
    self.head = Self.picoseconds(splitGoal.seconds(head, isHead: true, rates))
  }

  func time(layers: Int, projects: Bool) -> Int { layers * layer + (projects ? head : 0) }

  /// At most five minutes: the most layers there are take less than 64 bits.
  private static func picoseconds(_ seconds: Double) -> Int { Int((min(seconds, 300) * 1e12).rounded()) }
}
