package import Core

/// A model to serve: where its checkpoint is and how an instance of it runs.
package struct ModelSource: Sendable, Hashable {
  package var name: ModelName
  /// The checkpoint's directory.
  package var directory: String
  package var configuration: InstanceConfiguration
  package var instances: Int
  /// nil: as long as the model was made for.
  package var contextLength: Int?
  /// Sequences at once, an instance.
  package var sequencesMax: Int

  package init(
    name: ModelName, directory: String, configuration: InstanceConfiguration = .int8, instances: Int = 1,
    contextLength: Int? = nil,
    sequencesMax: Int = 8
  ) {
    self.name = name
    self.directory = directory
    self.configuration = configuration
    self.instances = instances
    self.contextLength = contextLength
    self.sequencesMax = sequencesMax
  }
}
