package import Core

/// What a control plane is told.
package enum ControlPlaneEvent: Sendable {
  /// An instance shall serve from now on. It is placed with the next tick, or worker that joins, so that all that are
  /// wanted at once share what there is.
  case wanted(InstanceID, ServedModel)
  case workerJoined(WorkerID, address: String, memory: ByteCount, threads: Int, device: String)
  case workerHeard(WorkerID)
  case workerLeft(WorkerID)
  case stageProgressed(StageID, Epoch, fraction: Float)
  case stageLoaded(StageID, Epoch, memory: ByteCount)
  case stageRefused(StageID, Epoch, OctavoError)
  case pipelineJoined(InstanceID, Epoch)
  case pipelineLost(InstanceID, Epoch, OctavoError)
  /// Time has passed.
  case tick
}
