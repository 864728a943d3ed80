/// A cluster as its manifest describes it (`apiVersion: octavo.dev/v1`, `kind: Cluster`).
package struct ClusterManifest: Sendable, Hashable {
  package static let apiVersion = "octavo.dev/v1"
  package static let kind = "Cluster"
  package static let modelsMax = 64

  /// `metadata.name`: 1 to 63 of `a-z 0-9 -`, beginning and ending with a letter or digit.
  package var name: String
  package var workers: WorkerPool
  /// At least one, in the order of the file, names unique.
  package var models: [ModelManifest]
  package var router: RouterManifest

  package init(name: String, workers: WorkerPool, models: [ModelManifest], router: RouterManifest) {
    self.name = name
    self.workers = workers
    self.models = models
    self.router = router
  }
}
