package import Core

extension Scheduler {
  /// A pipeline stands: everything that runs is opened at it and replayed from its first token.
  ///
  /// - Parameters:
  ///   - epoch: newer than any before.
  ///   - stages: the route, first stage first.
  ///   - pageCount: of each stage; `nil` for as many as the limits say.
  package mutating func open(epoch: Epoch, stages: [StageID], pageCount: Int? = nil) {
    precondition(!stages.isEmpty && stages.count <= Limits.stagesMax)
    limits.capacity.pageCount = pageCount ?? limits.capacity.pageCount
    let pools = stages.map { _ in PagePool(pageCount: limits.capacity.pageCount) }
    pipeline = Pipeline(epoch: epoch, stages: stages, pools: pools)
    closing = []
    for sequence in order { running[sequence]?.rewind(stageCount: stages.count) }
  }

  /// The pipeline is gone, and with it every page and every microbatch on its way.
  package mutating func lose() {
    pipeline = nil
    closing = []
    for sequence in order { running[sequence]?.rewind(stageCount: 0) }
  }
}
