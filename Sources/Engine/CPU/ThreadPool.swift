internal import CKernels
internal import Core

/// Threads that run the parts of one job together with their owner.
///
/// Where there is a CPU for each, the helpers stay on theirs for good, and the owner's thread on its own for the time
/// of ``together(_:)``, since it belongs to others before and after.
struct ThreadPool: ~Copyable {
  private let handle: OpaquePointer
  let threads: Int

  /// - Parameter cpus: one a thread, the first for the owner's; fewer, and nothing is pinned.
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
  /// may write only what is its own. Every thread begins with its own contiguous share of the parts, in their order,
  /// so parts that stream through memory should lie there in that order.
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

  /// Keeps the owner's thread on its CPU, if it has one, while `jobs` runs. Not for what starts threads of its own:
  /// they would inherit that CPU.
  func together<Result, Failure: Error>(_ jobs: () throws(Failure) -> Result) throws(Failure) -> Result {
    octavo_threads_enter(handle)
    defer { octavo_threads_leave(handle) }
    return try jobs()
  }
}
