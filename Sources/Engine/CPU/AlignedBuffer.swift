internal import Core
internal import Glibc

/// Owns memory for the kernels: aligned to cache lines and registers, freed with its owner.
struct AlignedBuffer<Element: BitwiseCopyable>: ~Copyable {
  static var alignment: Int { 64 }

  let base: UnsafeMutablePointer<Element>
  let count: Int

  /// Memory as the system gives it: not initialized, not touched.
  ///
  /// - Throws: RESOURCE_EXHAUSTED if the system has no such amount.
  init(count: Int) throws(OctavoError) {
    let (byteCount, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !overflow, let bytes = Self.allocate(byteCount) else {
      throw OctavoError(
        .resourceExhausted,
        "the system has no memory for \(count) elements: lower the context length, the sequences or the rows")
    }
    base = bytes.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  init(repeating value: Element, count: Int) throws(OctavoError) {
    try self.init(count: count)
    base.initialize(repeating: value, count: count)
  }

  deinit { free(base) }

  private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    var bytes: UnsafeMutableRawPointer?
    return posix_memalign(&bytes, alignment, byteCount) == 0 ? bytes : nil
  }
}
