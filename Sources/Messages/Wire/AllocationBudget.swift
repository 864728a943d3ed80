private import Glibc
import COctavoProto

/// How much unpacking one message may allocate: two wire bytes can ask for a struct of a hundred.
struct AllocationBudget {
  private static let bytesFloor = 64 << 10
  private static let bytesPerPayloadByte = 32

  private var bytesLeft: Int
  private(set) var isExceeded = false

  init(payloadBytes: Int) {
    bytesLeft = Self.bytesFloor + payloadBytes * Self.bytesPerPayloadByte
  }

  /// An allocator of malloc and free that draws on `budget`, which must outlive it.
  static func allocator(_ budget: UnsafeMutablePointer<AllocationBudget>) -> ProtobufCAllocator {
    ProtobufCAllocator(
      alloc: { budget, size in
        budget?.assumingMemoryBound(to: AllocationBudget.self).pointee.allocate(size)
      },
      free: { _, memory in free(memory) },
      allocator_data: budget)
  }

  private mutating func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    guard size <= bytesLeft else {
      isExceeded = true
      return nil
    }
    bytesLeft -= size
    return malloc(size)
  }
}
