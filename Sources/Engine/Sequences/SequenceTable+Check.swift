internal import Core

extension SequenceTable {
  /// - Throws: INVALID_ARGUMENT for whatever contradicts the stage's state or leaves its bounds;
  ///   RESOURCE_EXHAUSTED past the stage's capacity. Nothing has changed then.
  func check(_ microbatch: Microbatch) throws(OctavoError) {
    guard let hop = microbatch.route.first, hop.stage == stage else {
      let seen = microbatch.route.first.map { "\($0.stage)" } ?? "empty"
      throw .invalid("route of microbatch \(microbatch.id.rawValue)", seen, "it must start at stage \(stage)")
    }
    var draft = TableDraft(self)
    try draft.close(microbatch.closings)
    try draft.open(microbatch.openings)
    try draft.grant(hop.grants)
    try draft.checkCachedPages(of: microbatch.openings)
    try draft.run(microbatch.segments)
  }
}
