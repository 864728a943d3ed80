/// How fast a worker works through the weights of a stage.
///
/// Between workers only proportions count. Within one, the proportion of the two rates decides whether decoding is
/// bound by memory or by arithmetic, and with it what the head weighs in a mixed workload.
package struct WorkerRates: Sendable, Hashable {
  /// From memory, above 0.
  package var readBytesPerSecond: Int
  /// Multiplications and additions in int8, above 0.
  package var operationsPerSecond: Int

  package init(readBytesPerSecond: Int, operationsPerSecond: Int) {
    self.readBytesPerSecond = readBytesPerSecond
    self.operationsPerSecond = operationsPerSecond
  }

  /// As `docs/benchmarks/engine.md` has measured: 63.9 GB/s and 0.94 TOPS of two threads.
  package static let ofOneThread = WorkerRates(
    readBytesPerSecond: 32_000_000_000, operationsPerSecond: 470_000_000_000)

  /// What a worker of so many threads is taken for as long as nobody has measured it.
  ///
  /// - Parameter threads: at least 1.
  package init(threads: Int) {
    self.init(
      readBytesPerSecond: Self.ofOneThread.readBytesPerSecond * threads,
      operationsPerSecond: Self.ofOneThread.operationsPerSecond * threads)
  }
}
