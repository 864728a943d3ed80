package import Core
package import Models
import Placement

/// A model as an instance of it is to be loaded.
package struct ServedModel: Sendable, Hashable {
  package var name: ModelName
  package var digest: CheckpointDigest
  package var architecture: Architecture
  package var configuration: InstanceConfiguration
  /// Of an instance, with the least pages of KV that it can do with. A load order says how many it has.
  package var capacity: StageCapacity
  /// The most pages that are of use to an instance.
  package var pageCountMax: Int
  /// What its layers are split for.
  package var splitGoal: SplitGoal
  /// Element size of a head that is held as stored.
  package var storedHeadBytesPerElement: Int

  package init(
    name: ModelName, digest: CheckpointDigest, architecture: Architecture, configuration: InstanceConfiguration,
    capacity: StageCapacity, pageCountMax: Int, splitGoal: SplitGoal, storedHeadBytesPerElement: Int
  ) {
    self.name = name
    self.digest = digest
    self.architecture = architecture
    self.configuration = configuration
    self.capacity = capacity
    self.pageCountMax = pageCountMax
    self.splitGoal = splitGoal
    self.storedHeadBytesPerElement = storedHeadBytesPerElement
  }
}

extension ServedModel {
  var demand: InstanceDemand {
    InstanceDemand(
      architecture, configuration: configuration, capacity: capacity, pageCountMax: pageCountMax,
      storedHeadBytesPerElement: storedHeadBytesPerElement, splitGoal: splitGoal)
  }
}
