/// How a stage computes; no choice here changes a bit of its answers.
package struct EngineOptions: Sendable, Hashable {
  package static let threadsMax = 1_024

  package var kernels: KernelChoice
  /// Threads that share the work of a microbatch, the caller included: 1 to ``threadsMax``.
  package var threads: Int

  package init(kernels: KernelChoice = .automatic, threads: Int = 1) {
    self.kernels = kernels
    self.threads = threads
  }
}
