package import Core

/// A worker that has joined.
package struct WorkerRecord: Sendable, Hashable {
  package var address: String
  package var memory: ByteCount
  package var threads: Int
  package var device: String
  package var lastHeard: Moment

  package init(address: String, memory: ByteCount, threads: Int, device: String, lastHeard: Moment) {
    self.address = address
    self.memory = memory
    self.threads = threads
    self.device = device
    self.lastHeard = lastHeard
  }
}
