/// Owns memory for the kernels: aligned to cache lines and registers, freed with its owner.
struct AlignedBuffer<Element: BitwiseCopyable>: ~Copyable {
  static var alignment: Int { 64 }

  let base: UnsafeMutablePointer<Element>
  let count: Int

  /// Memory as the system gives it: not initialized, not touched.
  init(count: Int) {
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: Self.alignment)
    base = bytes.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  init(repeating value: Element, count: Int) {
    self.init(count: count)
    base.initialize(repeating: value, count: count)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}
