package import Core

/// One stage for one worker to load.
package struct LoadOrder: Sendable, Hashable {
  package var stage: StageID
  package var epoch: Epoch
  package var address: String
  /// Its capacity has the pages of KV that the instance was given, the same for each of its stages.
  package var model: ServedModel
  package var range: StageRange
  /// Where the next stage listens; nil at the last.
  package var nextAddress: String?

  package init(
    stage: StageID, epoch: Epoch, address: String, model: ServedModel, range: StageRange, nextAddress: String?
  ) {
    self.stage = stage
    self.epoch = epoch
    self.address = address
    self.model = model
    self.range = range
    self.nextAddress = nextAddress
  }
}
