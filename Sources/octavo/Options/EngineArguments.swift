import ArgumentParser
import Core
import Engine
import Logging

/// How a worker computes.
struct EngineArguments: ParsableArguments {
  @Option(help: "Threads of each worker. Default: the CPUs this process may use, shared among the workers.")
  var threads: Int?
  @Option(help: "Kernels: \(KernelChoice.allCases.map(\.rawValue).joined(separator: ", ")). All give the same bits.")
  var kernels: String = KernelChoice.automatic.rawValue

  /// - Parameters:
  ///   - cpus: CPUs at the workers' service.
  ///   - workers: how many share them.
  /// - Returns: options without CPUs.
  func options(on cpus: UsableCPUs, workers: Int) throws(OctavoError) -> EngineOptions {
    guard let choice = KernelChoice(rawValue: kernels), choice.isAvailable else {
      let known = KernelChoice.availableCases.map(\.rawValue).joined(separator: ", ")
      throw .invalid("--kernels", quoted(kernels), "this machine runs \(known)")
    }
    let threads = threads ?? max(1, min(EngineOptions.threadsMax, cpus.count / workers))
    guard (1...EngineOptions.threadsMax).contains(threads) else {
      throw .invalid("--threads", "\(threads)", "give 1 to \(EngineOptions.threadsMax)")
    }
    return EngineOptions(kernels: choice, threads: threads)
  }
}
