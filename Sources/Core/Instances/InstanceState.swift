/// Where an instance stands on its way to serving.
package enum InstanceState: String, Sendable, Hashable {
  /// Waits for workers with room for it.
  case waiting
  /// Its stages load, or its pipeline is being joined.
  case loading
  case ready
}
