import CKernels
import Core
import Engine
import Testing

@Suite struct LimitsTests {
  /// A loop that skipped some of the memory would make the machine look faster than it is.
  @Test func everyByteIsRead() {
    let bytes = 1 << 16
    let memory = octavo_limits_allocate(bytes)!
    defer { octavo_limits_release(memory, bytes) }
    let words = memory.assumingMemoryBound(to: UInt64.self)
    #expect(octavo_limits_read(memory, bytes) == 0)
    let unread = (0..<bytes / 8).filter { index in
      words[index] ^= 1 << 40
      defer { words[index] ^= 1 << 40 }
      return octavo_limits_read(memory, bytes) != 1 << 40
    }
    #expect(unread.isEmpty)
  }

  @Test func loopsCountTheirOperations() {
    #expect(octavo_limits_multiply_add("portable") == nil)
    if octavo_kernels_avx512vnni() != nil {
      // Twelve registers of 64 products and 64 additions.
      #expect(octavo_limits_multiply_add("avx512vnni")!(5) == 5 * 12 * 128)
    }
  }

  @Test func theSlowerOfMemoryAndMultipliersBounds() {
    let limits = MachineLimits(readBytesPerSecond: 100, integerOperationsPerSecond: 1_000)
    var work = KernelWork()
    work.weightBytes = 150
    work.sumBytes = 30
    work.keyValueBytes = 20
    work.integerOperations = 1_000
    work.floatOperations = 1_000_000
    #expect(RooflineBound(work, limits).seconds == 2)
    #expect(RooflineBound(work, limits).limit == .memory)
    work.integerOperations = 3_000
    #expect(RooflineBound(work, limits).seconds == 3)
    #expect(RooflineBound(work, limits).limit == .int8)
  }
}
