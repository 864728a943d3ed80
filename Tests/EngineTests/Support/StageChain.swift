import Checkpoints
import Core
import Engine
import Models

/// The stages of one instance, in order.
extension [StageEngine] {
  /// Layers shared evenly.
  static func stages(
    _ count: Int, of checkpoint: Checkpoint, _ configuration: InstanceConfiguration, _ capacity: StageCapacity,
    _ options: EngineOptions = EngineOptions()
  ) throws -> [StageEngine] {
    let layers = checkpoint.architecture.layerCount
    return try (0..<count).map { index in
      let range = StageRange(
        layers: layers * index / count..<layers * (index + 1) / count, embeds: index == 0, projects: index == count - 1)
      return try StageEngine(
        checkpoint: checkpoint, range: range, configuration: configuration, capacity: capacity,
        stage: StageID(instance: InstanceID("test"), index: index), options: options)
    }
  }

  /// Runs a microbatch through all of them.
  func answer(_ microbatch: Microbatch) throws -> Answer {
    var microbatch = microbatch
    var activations: [UInt8] = []
    for engine in self {
      switch try engine.run(microbatch, activations: activations.span.bytes) {
      case .activations(let bytes): activations = bytes
      case .sampled(let tokens, let scores): return Answer(tokens: tokens, scores: scores)
      }
      microbatch = microbatch.forwarded
    }
    fatalError("the last stage samples")
  }
}
