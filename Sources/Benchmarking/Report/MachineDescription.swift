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

  /// - Throws: FAILED_PRECONDITION for kernels this machine cannot run.
  init(_ options: EngineOptions, _ limits: MachineLimits) throws(OctavoError) {
    processor = Self.processorName
    cores = ProcessInfo.processInfo.activeProcessorCount
    threads = options.threads
    kernels = try options.kernelsName()
    self.limits = limits
  }

  private static var processorName: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? ""
  }
}
