import Checkpoints
import Core
import Messages
import Models

/// Opens checkpoints on a thread of its own: hashing one may take minutes, and heartbeats must go on.
actor CheckpointReader {
  private let models: ModelFolder
  private let executor: StageExecutor

  /// - Throws: RESOURCE_EXHAUSTED if the system has no thread for it.
  init(_ models: ModelFolder) throws(OctavoError) {
    self.models = models
    executor = try StageExecutor(label: "checkpoints")
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  /// The request's checkpoint, opened and compared with what the router means.
  func open(for request: LoadRequest) throws(OctavoError) -> Checkpoint {
    let checkpoint = try Checkpoint.open(try models.directory(of: request.model))
    let digest = try checkpoint.digest()
    guard digest == request.handshake.digest else {
      throw OctavoError(
        .failedPrecondition,
        "this worker's \(request.model) has digest \(digest.short), the router's \(request.handshake.digest.short): "
          + "copy the same checkpoint to both")
    }
    let layerCount = checkpoint.architecture.layerCount
    guard request.range.layers.upperBound <= layerCount,
      request.range.embeds == (request.range.layers.lowerBound == 0),
      request.range.projects == (request.range.layers.upperBound == layerCount)
    else {
      throw .invalid(
        "range", "\(request.range.layers) (embeds: \(request.range.embeds), projects: \(request.range.projects))",
        "\(request.model) has \(layerCount) layers; the first stage embeds, the last projects")
    }
    guard request.capacity.contextLength <= checkpoint.architecture.contextLength else {
      throw .invalid(
        "context_length", "\(request.capacity.contextLength)",
        "\(request.model) reaches \(checkpoint.architecture.contextLength)")
    }
    return checkpoint
  }
}
