package import Core
package import Models

/// A model as an instance of it is to be loaded.
package struct ServedModel: Sendable, Hashable {
  package var name: ModelName
  package var digest: CheckpointDigest
  package var architecture: Architecture
  package var configuration: InstanceConfiguration
  package var capacity: StageCapacity
  /// Element size of a head that is held as stored.
  package var storedHeadBytesPerElement: Int

  package init(
    name: ModelName, digest: CheckpointDigest, architecture: Architecture, configuration: InstanceConfiguration,
    capacity: StageCapacity, storedHeadBytesPerElement: Int
  ) {
    self.name = name
    self.digest = digest
    self.architecture = architecture
    self.configuration = configuration
    self.capacity = capacity
    self.storedHeadBytesPerElement = storedHeadBytesPerElement
  }
}
