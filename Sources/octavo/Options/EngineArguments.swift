import ArgumentParser
import Core
import Engine
import Foundation

/// How a worker computes.
struct EngineArguments: ParsableArguments {
  @Option(help: "Threads of each worker. Default: the machine's cores, shared among the workers.")
  var threads: Int?
  @Option(help: "Kernels: automatic, portable, avx2 or avx512vnni. All give the same bits.")
  var kernels: String = KernelChoice.automatic.rawValue

  /// - Parameter workers: how many share this machine.
  func options(workers: Int) throws(OctavoError) -> EngineOptions {
    guard let choice = KernelChoice(rawValue: kernels), choice.isAvailable else {
      let known = KernelChoice.availableCases.map(\.rawValue).joined(separator: ", ")
      throw .invalid("--kernels", quoted(kernels), "this machine runs \(known)")
    }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let threads = threads ?? max(1, cores / workers)
    guard (1...1_024).contains(threads) else { throw .invalid("--threads", "\(threads)", "give 1 to 1024") }
    return EngineOptions(kernels: choice, threads: threads)
  }
}
