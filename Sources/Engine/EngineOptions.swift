internal import Core

/// How a stage computes; no choice here changes a bit of its answers.
package struct EngineOptions: Sendable, Hashable {
  package static let threadsMax = 1_024

  package var kernels: KernelChoice
  /// Threads that share the work of a microbatch, the caller included: 1 to ``threadsMax``.
  package var threads: Int
  /// CPUs for the threads, one each, the caller's first; empty, or fewer than threads: nothing is pinned. They should
  /// be this engine's alone: threads that have CPUs wait longer before they sleep.
  package var cpus: [Int]

  package init(kernels: KernelChoice = .automatic, threads: Int = 1, cpus: [Int] = []) {
    self.kernels = kernels
    self.threads = threads
    self.cpus = cpus
  }

  /// Whether each thread has a CPU of its own.
  package var isPinned: Bool { cpus.count >= threads }

  /// For an engine that has the machine to itself, as in a benchmark: with as many threads as this process has CPUs,
  /// each gets one.
  package static func alone(kernels: KernelChoice = .automatic, threads: Int) -> EngineOptions {
    let cpus = CPUSet.allowed.cpus
    return EngineOptions(kernels: kernels, threads: threads, cpus: cpus.count == threads ? cpus : [])
  }
}
