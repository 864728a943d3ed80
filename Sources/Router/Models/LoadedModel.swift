import Models
import Checkpoints
import ControlPlane
import Core
import Messages
import Tokenizers

/// What a router knows of a model: enough to check a request, tokenize it and tell workers what to load.
struct LoadedModel: Sendable {
  let served: ServedModel
  let tokenizer: Tokenizer
  let instanceCount: Int
  let waitingMax: Int

  var name: ModelName { served.name }
  var contextLength: Int { served.capacity.contextLength }
  var vocabularyCount: Int { served.architecture.vocabularyCount }

  /// Opens the checkpoint and its tokenizer.
  ///
  /// - Throws: what is wrong with either, or with the numbers asked of it.
  init(_ source: ModelSource) throws(OctavoError) {
    let checkpoint = try Checkpoint.open(source.directory)
    let (capacity, pageCountMax) = try source.capacity(for: checkpoint.architecture)
    tokenizer = try Tokenizer.open("\(checkpoint.directory)/tokenizer.json")
    guard tokenizer.vocabularyCount <= checkpoint.architecture.vocabularyCount else {
      throw OctavoError(
        .invalidArgument,
        "\(source.name): tokenizer.json has \(tokenizer.vocabularyCount) tokens, config.json "
          + "\(checkpoint.architecture.vocabularyCount): they belong to different models")
    }
    served = ServedModel(
      name: source.name, digest: try checkpoint.digest(), architecture: checkpoint.architecture,
      configuration: source.configuration, capacity: capacity, pageCountMax: pageCountMax, splitGoal: source.splitGoal,
      storedHeadBytesPerElement: checkpoint.storedHeadBytesPerElement)
    instanceCount = source.instances
    waitingMax = source.waitingMax
  }

  func description(isReady: Bool) -> ModelDescription {
    ModelDescription(
      name: name, isReady: isReady, contextLength: contextLength, vocabularySize: vocabularyCount,
      digest: served.digest, configuration: served.configuration)
  }
}
