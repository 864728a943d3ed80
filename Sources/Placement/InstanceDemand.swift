package import Core
package import Models

/// What one instance of a model asks of the workers that hold it.
package struct InstanceDemand: Sendable, Hashable {
  package var architecture: Architecture
  package var configuration: InstanceConfiguration
  /// Its `pageCount` is the least that the instance can do with.
  package var capacity: StageCapacity
  /// More pages are of no use to the instance; at least those of `capacity`.
  package var pageCountMax: Int
  /// As for `StageMemory`.
  package var storedHeadBytesPerElement: Int
  package var splitGoal: SplitGoal

  /// - Parameter pageCountMax: `nil` for those of `capacity` and no more.
  package init(
    _ architecture: Architecture, configuration: InstanceConfiguration, capacity: StageCapacity,
    pageCountMax: Int? = nil, storedHeadBytesPerElement: Int = 2, splitGoal: SplitGoal = .mix
  ) {
    self.architecture = architecture
    self.configuration = configuration
    self.capacity = capacity
    self.pageCountMax = max(capacity.pageCount, pageCountMax ?? capacity.pageCount)
    self.storedHeadBytesPerElement = storedHeadBytesPerElement
    self.splitGoal = splitGoal
  }
}
