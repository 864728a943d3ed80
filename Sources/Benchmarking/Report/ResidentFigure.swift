internal import Core
package import Models

/// Memory of the process beside what the planner counts for weights and KV, in bytes.
package struct ResidentFigure: Sendable, Hashable {
  package var bytes: Int
  /// Linear layers, head and norms in kernel layout, with scales and sums.
  package var weightBytes: Int
  package var keyValueBytes: Int
  /// The most the process ever held, while loading for one.
  package var peakBytes: Int
  /// The part that is mapped files.
  package var fileBytes: Int
  /// Distinct tokens that went through the embedding before.
  package var tokens: Int

  package init(_ process: ProcessMemory, _ memory: StageMemory, tokens: Int) {
    bytes = process.resident
    weightBytes = memory.weights + memory.scales + memory.groupSums + memory.norms + memory.head
    keyValueBytes = memory.keyValue
    peakBytes = process.peak
    fileBytes = process.files
    self.tokens = tokens
  }

  /// What neither weights nor KV explain: buffers, code, libraries.
  package var otherBytes: Int { bytes - weightBytes - keyValueBytes }
}
