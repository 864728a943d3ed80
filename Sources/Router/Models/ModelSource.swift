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
  /// Sequences at once, an instance: 1 to 1,024.
  package var sequencesMax: Int
  /// Rows of a microbatch, 16 to 4,096: enough to keep matrix kernels busy, little enough to keep a frame short. There
  /// may be fewer rows than sequences.
  package var rowsMax: Int
  /// Requests that wait for a place: 0 to 65,536.
  package var waitingMax: Int
  package var keyValueTokens: KeyValueDemand
  /// What the layers are split for.
  package var splitGoal: SplitGoal

  package init(
    name: ModelName, directory: String, configuration: InstanceConfiguration = .int8, instances: Int = 1,
    contextLength: Int? = nil, sequencesMax: Int, rowsMax: Int,
    waitingMax: Int = Limits.requestsWaitingByDefault, keyValueTokens: KeyValueDemand = .automatic,
    splitGoal: SplitGoal = .mix
  ) {
    self.name = name
    self.directory = directory
    self.configuration = configuration
    self.instances = instances
    self.contextLength = contextLength
    self.sequencesMax = sequencesMax
    self.rowsMax = rowsMax
    self.waitingMax = waitingMax
    self.keyValueTokens = keyValueTokens
    self.splitGoal = splitGoal
  }
}
