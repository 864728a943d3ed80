internal import CKernels
internal import Core

/// Threads that run the parts of one job together with their owner.
struct ThreadPool: ~Copyable {
  private let handle: OpaquePointer
  let threads: Int

  /// - Parameter cpus: one a thread, the first for the owner's, which is moved there by ``CallerCPU``; fewer, and
  ///   nothing is pinned.
  /// - Throws: RESOURCE_EXHAUSTED if the system has no more threads.
  init(threads: Int, cpus: [Int] = []) throws(OctavoError) {
    let numbers = cpus.map { UInt32(clamping: $0) }
    let created = cpus.count < threads ? octavo_threads_create(threads) : octavo_threads_create_pinned(threads, numbers)
    guard let handle = created else {
      throw OctavoError(.resourceExhausted, "the system starts no \(threads) threads: choose fewer")
    }
    self.handle = handle
    self.threads = threads
  }

  deinit { octavo_threads_destroy(handle) }

  /// Calls `body` once for every part below `parts` and returns when all are done. Parts run at the same time: each
  /// may write only what is its own. Every thread begins with a contiguous share of the parts, in their order, so
  /// parts that stream through memory should lie there in that order.
  func run(parts: Int, _ body: (Int) -> Void) {
    guard parts > 1, threads > 1 else {
      for part in 0..<parts { body(part) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { pointer in
        octavo_threads_run(
          handle, parts, { $0!.assumingMemoryBound(to: ((Int) -> Void).self).pointee($1) },
          UnsafeMutableRawPointer(mutating: pointer))
      }
    }
  }
}
