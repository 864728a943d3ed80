package import Core

/// A model to serve: where its checkpoint is and how an instance of it runs.
package struct ModelSource: Sendable, Hashable {
  /// The checkpoint's directory; its last component is the model's name.
  package var directory: String
  /// nil: INT8, with the head as the checkpoint's author left it.
  package var configuration: InstanceConfiguration
  package var instances: Int
  /// nil: as long as the model was made for.
  package var contextLength: Int?
  /// Sequences at once, an instance.
  package var sequencesMax: Int

  package init(
    directory: String, configuration: InstanceConfiguration = .int8, instances: Int = 1, contextLength: Int? = nil,
    sequencesMax: Int = 16
  ) {
    self.directory = directory
    self.configuration = configuration
    self.instances = instances
    self.contextLength = contextLength
    self.sequencesMax = sequencesMax
  }
}
