/// The least time that some work can take on a machine, and what sets it.
package struct RooflineBound: Sendable, Hashable {
  package enum Limit: String, Sendable, Hashable {
    case memory
    case int8
  }

  package var seconds: Double
  package var limit: Limit

  /// Reading and multiplying may overlap, so the slower one counts. Float operations set no bound.
  package init(_ work: KernelWork, _ limits: MachineLimits) {
    let reading = Double(work.bytes) / limits.readBytesPerSecond
    let multiplying = limits.integerOperationsPerSecond.map { Double(work.integerOperations) / $0 } ?? 0
    seconds = max(reading, multiplying)
    limit = reading >= multiplying ? .memory : .int8
  }
}
