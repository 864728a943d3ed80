package import Core
import DequeModule
import HeapModule

extension Scheduler {
  /// A pipeline stands: everything that ran is opened at it and replayed from its first token.
  ///
  /// - Parameters:
  ///   - epoch: newer than any before.
  ///   - stages: the route, first stage first.
  ///   - pageCount: of each stage; `nil` for what the limits say.
  /// - Returns: sequences that this pipeline can never hold.
  package mutating func open(epoch: Epoch, stages: [StageID], pageCount: Int? = nil) -> [SchedulerOutput] {
    precondition(!stages.isEmpty && stages.count <= Limits.stagesMax)
    lose()
    let pageCount = pageCount ?? limits.capacity.pageCount
    pipeline = Pipeline(
      epoch: epoch, stages: stages, cache: PageCache(stageCount: stages.count, pageCount: pageCount),
      pace: Pace(
        stageCount: stages.count, rowsMax: limits.capacity.rowsMax, slowdownMax: limits.slowdownMax))
    return refuse(beyond: pageCount)
  }

  /// The pipeline is gone, and with it every page and every microbatch on its way. What ran waits first in line.
  package mutating func lose() {
    pipeline = nil
    let running = sequences.values.filter { $0.run != nil }.sorted { $0.run!.admission > $1.run!.admission }
    for record in running { preempt(record.request.sequence) }
    for id in sequences.keys { sequences[id]!.resultsDue = 0 }
    decodes = []
    prompts = []
    ranks = []
    urgent = nil
    closing = []
  }

  private mutating func refuse(beyond pageCount: Int) -> [SchedulerOutput] {
    var outputs: [SchedulerOutput] = []
    for record in sequences.values {
      do throws(OctavoError) {
        try Self.check(record.request, pageCount: pageCount)
      } catch {
        outputs.append(.failed(record.request.sequence, error))
      }
    }
    outputs.sort { $0.sequence < $1.sequence }
    for output in outputs { cancel(output.sequence) }
    return outputs
  }
}
