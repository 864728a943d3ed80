internal import Foundation

/// A process's own metrics, under the names that Prometheus's clients give them, and which program it is.
package struct ProcessMetrics: Sendable {
  private let version: String
  /// When the process started, in seconds since 1970.
  private let startSeconds: Double

  /// - Parameter version: of the program.
  package init(version: String) {
    self.version = version
    let machine = try? String(contentsOfFile: "/proc/stat", encoding: .utf8)
    let boot = machine.flatMap(ProcessStatistics.bootSeconds)
    if let boot, let statistics = ProcessStatistics.current {
      startSeconds = boot + statistics.startSecondsAfterBoot
    } else {
      startSeconds = Date().timeIntervalSince1970
    }
  }

  /// Reads them whenever `registry` is asked.
  package func register(in registry: MetricsRegistry) { registry.collect { families } }

  private var families: [MetricFamily] {
    let build = MetricSample(.number(1), LabelSet([("version", version)]))
    var families = [MetricFamily(.buildInfo, [build]), MetricFamily(.processStart, startSeconds)]
    if let statistics = ProcessStatistics.current {
      families += [
        MetricFamily(.processTime, statistics.cpuSeconds),
        MetricFamily(.processResident, Double(statistics.residentBytes)),
        MetricFamily(.processVirtual, Double(statistics.virtualBytes)),
      ]
    }
    if let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      // One of them is for reading the folder.
      families.append(MetricFamily(.processDescriptors, Double(descriptors.count - 1)))
    }
    return families
  }
}
