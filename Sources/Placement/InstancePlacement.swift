/// Where the stages of an instance go, first stage first, and how many pages of KV each of them has.
package struct InstancePlacement: Sendable, Hashable {
  package var stages: [StagePlacement]
  /// The same at every stage: a sequence needs as many pages at each, so the tightest one decides.
  package var pageCount: Int

  package init(stages: [StagePlacement], pageCount: Int) {
    self.stages = stages
    self.pageCount = pageCount
  }
}
