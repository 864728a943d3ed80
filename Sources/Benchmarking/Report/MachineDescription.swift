internal import Core
package import Engine
internal import Foundation

/// Where a benchmark ran.
package struct MachineDescription: Sendable, Hashable {
  /// The processor's name, empty where the system does not tell.
  package var processor: String
  package var cores: Int
  package var threads: Int
  /// The kernels that ran.
  package var kernels: String
  package var limits: MachineLimits
  /// Cores that other processes kept busy meanwhile: figures are worth something if this is near 0.
  package var coresOfOthers: Double

  package init(
    processor: String, cores: Int, threads: Int, kernels: String, limits: MachineLimits, coresOfOthers: Double
  ) {
    self.processor = processor
    self.cores = cores
    self.threads = threads
    self.kernels = kernels
    self.limits = limits
    self.coresOfOthers = coresOfOthers
  }

  /// - Throws: FAILED_PRECONDITION for kernels this machine cannot run.
  init(
    _ options: EngineOptions, _ limits: MachineLimits, from start: ProcessorTime, to end: ProcessorTime
  ) throws(OctavoError) {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    self.init(
      processor: Self.processorName, cores: cores, threads: options.threads, kernels: try options.kernelsName(),
      limits: limits, coresOfOthers: end.coresOfOthers(since: start, cores: cores))
  }

  private static var processorName: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? ""
  }
}
