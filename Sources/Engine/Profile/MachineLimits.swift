internal import CKernels
package import Core

/// What this machine does at best with some threads and kernels: the roof that speeds are held against.
///
/// Both are the best of several short passes, since whatever else runs on the machine only slows a pass down.
package struct MachineLimits: Sendable, Hashable {
  private static let bufferBytes = 1 << 30
  /// Weights of fewer bytes may stay in caches between passes.
  private static let weightBytesMin = 256 << 20
  private static let readPartBytes = 1 << 20
  private static let readPasses = 8
  private static let multiplyPasses = 64
  /// Parts of a pass for each thread, and rounds of each.
  private static let multiplyParts = 64
  private static let multiplyRounds: UInt64 = 20_000

  /// Bytes a second of reading memory, far past the caches.
  package var readBytesPerSecond: Double
  /// Multiplications and additions a second of 8-bit integers that lie in registers; `nil` for kernels that
  /// multiply one by one.
  package var integerOperationsPerSecond: Double?

  package init(readBytesPerSecond: Double, integerOperationsPerSecond: Double?) {
    self.readBytesPerSecond = readBytesPerSecond
    self.integerOperationsPerSecond = integerOperationsPerSecond
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
        readBytesPerSecond: try readBytesPerSecond(engine?.weightBytes ?? [], pool),
        integerOperationsPerSecond: octavo_limits_multiply_add(kernels.table.pointee.name).map {
          operationsPerSecond($0, pool)
        })
    }
  }

  /// The better figures of this measurement and an earlier one with the same options, if there was one.
  package func best(_ earlier: MachineLimits?) -> MachineLimits {
    guard let earlier else { return self }
    return MachineLimits(
      readBytesPerSecond: max(readBytesPerSecond, earlier.readBytesPerSecond),
      integerOperationsPerSecond: integerOperationsPerSecond.map { max($0, earlier.integerOperationsPerSecond ?? 0) })
  }

  private static func readBytesPerSecond(
    _ weights: [UnsafeRawBufferPointer], _ pool: borrowing ThreadPool
  ) throws(OctavoError) -> Double {
    guard weights.reduce(0, { $0 + $1.count }) < weightBytesMin else { return readRate(weights, pool) }
    guard let memory = octavo_limits_allocate(bufferBytes) else {
      throw OctavoError(
        .resourceExhausted, "the system has no \(ByteCount(bufferBytes)) to measure its memory with: free some")
    }
    defer { octavo_limits_release(memory, bufferBytes) }
    return readRate([UnsafeRawBufferPointer(start: memory, count: bufferBytes)], pool)
  }

  private static func readRate(
    _ buffers: [UnsafeRawBufferPointer], _ pool: borrowing ThreadPool
  ) -> Double {
    let parts = buffers.flatMap { buffer in
      stride(from: 0, to: buffer.count, by: readPartBytes).map { start in
        UnsafeRawBufferPointer(rebasing: buffer[start..<min(start + readPartBytes, buffer.count)])
      }
    }
    let seconds = bestSeconds(passes: readPasses, parts: parts.count, pool) { _, part in
      // The loop reads whole steps of 256 bytes.
      _ = octavo_limits_read(parts[part].baseAddress!, parts[part].count & ~255)
    }
    return Double(parts.reduce(0) { $0 + $1.count }) / seconds
  }

  private static func operationsPerSecond(_ loop: OctavoMultiplyAddLoop, _ pool: borrowing ThreadPool) -> Double {
    let parts = multiplyParts * pool.threads
    let operationsPerRound = loop(1)
    let seconds = bestSeconds(passes: multiplyPasses, parts: parts, pool) { _, _ in _ = loop(multiplyRounds) }
    return Double(UInt64(parts) * multiplyRounds * operationsPerRound) / seconds
  }

  private static func bestSeconds(
    passes: Int, parts: Int, _ pool: borrowing ThreadPool, _ body: (_ pass: Int, _ part: Int) -> Void
  ) -> Double {
    var best = Double.infinity
    for pass in 0..<passes {
      let start = ContinuousClock.now
      pool.run(parts: parts) { body(pass, $0) }
      best = min(best, (ContinuousClock.now - start) / .seconds(1))
    }
    return best
  }
}
