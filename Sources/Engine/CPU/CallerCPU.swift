internal import CKernels

/// The CPU of the thread that calls an engine, where its threads have one each.
///
/// That thread is the caller's and does other things before and after; threads that it starts inherit where it may
/// run. So it is held on its CPU only for a time, and may then run wherever it might before.
package struct CallerCPU: Sendable {
  private let cpu: UInt32?

  package init(_ options: EngineOptions) {
    cpu = options.isPinned ? options.cpus.first.map { UInt32(clamping: $0) } : nil
  }

  /// Keeps the calling thread on the CPU, if there is one, until `body` returns; `body` starts no threads. A CPU that
  /// the system takes away leaves the thread where it may be.
  package func hold<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    guard let cpu else { return try body() }
    var before = OctavoCPUMask()
    guard octavo_cpu_mask_read(&before) == 0, octavo_cpus_pin([cpu], 1) == 0 else { return try body() }
    defer { _ = octavo_cpu_mask_apply(&before) }
    return try body()
  }
}
