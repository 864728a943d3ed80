internal import Checkpoints
package import Core
internal import Models

/// What was measured.
package struct ModelDescription: Sendable, Hashable {
  package var name: ModelName
  package var layers: Int
  package var hiddenSize: Int
  package var parameters: Int
  package var configuration: InstanceConfiguration

  init(_ checkpoint: Checkpoint, _ settings: BenchmarkSettings) {
    name = checkpoint.name
    layers = checkpoint.architecture.layerCount
    hiddenSize = checkpoint.architecture.hiddenSize
    parameters = checkpoint.architecture.parameterCount
    configuration = settings.configuration
  }
}
