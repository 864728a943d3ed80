internal import CKernels
package import Core

/// What this machine does at best with some threads and kernels: the roof that speeds are held against.
///
/// They are the best of several short passes, since whatever else runs on the machine only slows a pass down.
package struct MachineLimits: Sendable, Hashable {
  private static let bufferBytes = 1 << 30
  private static let readPasses = 8
  private static let multiplyPasses = 64
  /// Parts of a pass for each thread, and rounds of each.
  private static let multiplyParts = 64
  private static let multiplyRounds: UInt64 = 20_000
  private static let barrierPasses = 20
  private static let barriers = 1_000

  /// Bytes a second of reading memory, far past the caches.
  package var readBytesPerSecond: Double
  /// Multiplications and additions a second of 8-bit integers that lie in registers; `nil` for kernels that
  /// multiply one by one.
  package var integerOperationsPerSecond: Double?

  /// What it costs to hand all threads a job and to wait until they have done it, above the job itself; a stage does
  /// so about 150 times a token.
  package var barrierSeconds: Double

  package init(readBytesPerSecond: Double, integerOperationsPerSecond: Double?, barrierSeconds: Double = 0) {
    self.readBytesPerSecond = readBytesPerSecond
    self.integerOperationsPerSecond = integerOperationsPerSecond
    self.barrierSeconds = barrierSeconds
  }

  /// Takes about a second.
  ///
  /// - Parameter engine: whose weights are read, so that the limit is that of the memory they lie in; a buffer of a
  ///   gibibyte without an engine, or for a small one.
  /// - Throws: FAILED_PRECONDITION for kernels this machine cannot run; RESOURCE_EXHAUSTED if the system has no
  ///   such threads, or not a gibibyte to read.
  package static func measure(
    _ options: EngineOptions, reading engine: StageEngine? = nil
  ) throws(OctavoError) -> MachineLimits {
    let kernels = try Kernels(options.kernels)
    let pool = try ThreadPool(threads: options.threads, cpus: options.cpus)
    return try CallerCPU(options).hold { () throws(OctavoError) -> MachineLimits in
      MachineLimits(
        readBytesPerSecond: try readBytesPerSecond(engine, pool),
        integerOperationsPerSecond: octavo_limits_multiply_add(kernels.table.pointee.name).map {
          operationsPerSecond($0, pool)
        }, barrierSeconds: barrierSeconds(pool))
    }
  }

  /// The better figures of this measurement and an earlier one with the same options, if there was one.
  package func best(_ earlier: MachineLimits?) -> MachineLimits {
    guard let earlier else { return self }
    return MachineLimits(
      readBytesPerSecond: max(readBytesPerSecond, earlier.readBytesPerSecond),
      integerOperationsPerSecond: integerOperationsPerSecond.map { max($0, earlier.integerOperationsPerSecond ?? 0) },
      barrierSeconds: min(barrierSeconds, earlier.barrierSeconds))
  }

  private static func readBytesPerSecond(
    _ engine: StageEngine?, _ pool: borrowing ThreadPool
  ) throws(OctavoError) -> Double {
    if let weights = engine?.weightBytes, MemoryPasses.leaveCaches(weights) {
      return MemoryPasses(over: weights).bestBytesPerSecond(readPasses, pool)
    }
    guard let memory = octavo_limits_allocate(bufferBytes) else {
      throw OctavoError(
        .resourceExhausted, "the system has no \(ByteCount(bufferBytes)) to measure its memory with: free some")
    }
    defer { octavo_limits_release(memory, bufferBytes) }
    let buffer = UnsafeRawBufferPointer(start: memory, count: bufferBytes)
    return MemoryPasses(over: [buffer]).bestBytesPerSecond(readPasses, pool)
  }

  private static func operationsPerSecond(_ loop: OctavoMultiplyAddLoop, _ pool: borrowing ThreadPool) -> Double {
    let parts = multiplyParts * pool.threads
    let operationsPerRound = loop(1)
    let seconds = pool.bestSeconds(passes: multiplyPasses, parts: parts) { _ in _ = loop(multiplyRounds) }
    return Double(UInt64(parts) * multiplyRounds * operationsPerRound) / seconds
  }

  /// Jobs one after another that do nothing; the median of some rounds of them.
  private static func barrierSeconds(_ pool: borrowing ThreadPool) -> Double {
    var rounds: [Double] = []
    for _ in 0..<barrierPasses {
      let start = ContinuousClock.now
      for _ in 0..<barriers { pool.run(parts: pool.threads) { _ in } }
      rounds.append((ContinuousClock.now - start) / .seconds(1) / Double(barriers))
    }
    return rounds.sorted()[barrierPasses / 2]
  }
}
