package import Checkpoints
package import Core
internal import Models

/// What was measured.
package struct ModelDescription: Sendable, Hashable {
  package var name: ModelName
  package var layers: Int
  package var hiddenSize: Int
  package var parameters: Int
  package var configuration: InstanceConfiguration

  package init(_ checkpoint: Checkpoint, _ configuration: InstanceConfiguration) {
    name = checkpoint.name
    layers = checkpoint.architecture.layerCount
    hiddenSize = checkpoint.architecture.hiddenSize
    parameters = checkpoint.architecture.parameterCount
    self.configuration = configuration
  }
}
