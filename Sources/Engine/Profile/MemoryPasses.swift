internal import CKernels

/// Passes over memory by all threads of a pool, which do nothing but read.
struct MemoryPasses {
  private static let partBytes = 1 << 20
  /// Memory of fewer bytes may stay in caches between passes.
  private static let bytesMin = 256 << 20

  private let parts: [UnsafeRawBufferPointer]

  /// - Parameter buffers: on loan while passes run.
  init(over buffers: [UnsafeRawBufferPointer]) {
    parts = buffers.flatMap { buffer in
      stride(from: 0, to: buffer.count, by: Self.partBytes).map { start in
        UnsafeRawBufferPointer(rebasing: buffer[start..<min(start + Self.partBytes, buffer.count)])
      }
    }
  }

  /// Whether a pass over the buffers has to go to memory for most of them.
  static func leaveCaches(_ buffers: [UnsafeRawBufferPointer]) -> Bool {
    buffers.reduce(0) { $0 + $1.count } >= bytesMin
  }

  /// Of the fastest of some passes, since whatever else runs on the machine only slows one down.
  func bestBytesPerSecond(_ passes: Int, _ pool: borrowing ThreadPool) -> Double {
    let seconds = pool.bestSeconds(passes: passes, parts: parts.count) { part in
      // The loop reads whole steps of 256 bytes.
      _ = octavo_limits_read(parts[part].baseAddress!, parts[part].count & ~255)
    }
    return Double(parts.reduce(0) { $0 + $1.count }) / seconds
  }
}
