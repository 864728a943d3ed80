package import Core

/// `workers`: a number of like worker processes.
package struct WorkerPool: Sendable, Hashable {
  package enum Device: String, Sendable, Hashable, CaseIterable {
    case cpu
  }

  package static let threadsMax = 1_024

  /// `replicas`, 1 by default.
  package var replicas: Int
  /// `device`, `cpu` by default.
  package var device: Device
  /// `memory` each worker may keep resident; absent, a worker offers what its machine has.
  package var memory: ByteCount?
  /// `threads` of each worker; absent, a worker uses every core it may run on.
  package var threads: Int?

  package init(replicas: Int = 1, device: Device = .cpu, memory: ByteCount? = nil, threads: Int? = nil) {
    self.replicas = replicas
    self.device = device
    self.memory = memory
    self.threads = threads
  }
}
