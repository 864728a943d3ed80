/// One stage on a frame's route, with the pages it gives to the frame's sequences.
package struct Hop: Sendable, Hashable {
  package var stage: StageID
  package var grants: [PageGrant]

  package init(stage: StageID, grants: [PageGrant]) {
    self.stage = stage
    self.grants = grants
  }
}
