internal import CKernels
internal import Core

/// Owns memory for the kernels: aligned to cache lines and registers, freed with its owner.
///
/// From 2 MiB up it lies in huge pages where the kernel gives them, but for what follows the last whole one. It
/// becomes resident where it is touched, there 2 MiB at a time: a buffer of which little is used, such as KV for many
/// sequences, takes that much for each stretch that is.
struct AlignedBuffer<Element: BitwiseCopyable>: ~Copyable {
  static var alignment: Int { 64 }

  let base: UnsafeMutablePointer<Element>
  let count: Int
  private let byteCount: Int

  /// Memory as the system gives it: not initialized, not touched.
  ///
  /// - Throws: RESOURCE_EXHAUSTED if the system has no such amount.
  init(count: Int) throws(OctavoError) {
    let (byteCount, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !overflow, let bytes = octavo_memory_create(byteCount) else {
      throw OctavoError(
        .resourceExhausted,
        "the system has no memory for \(count) elements: lower the context length, the sequences or the rows")
    }
    base = bytes.bindMemory(to: Element.self, capacity: count)
    self.count = count
    self.byteCount = byteCount
  }

  init(repeating value: Element, count: Int) throws(OctavoError) {
    try self.init(count: count)
    base.initialize(repeating: value, count: count)
  }

  deinit { octavo_memory_destroy(base, byteCount) }
}
