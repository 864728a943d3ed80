package import Core
package import Models

/// A model as an instance of it is to be loaded.
package struct ServedModel: Sendable, Hashable {
  package var name: ModelName
  package var digest: CheckpointDigest
  package var architecture: Architecture
  package var configuration: InstanceConfiguration
  package var capacity: StageCapacity

  package init(
    name: ModelName, digest: CheckpointDigest, architecture: Architecture, configuration: InstanceConfiguration,
    capacity: StageCapacity
  ) {
    self.name = name
    self.digest = digest
    self.architecture = architecture
    self.configuration = configuration
    self.capacity = capacity
  }
}
