internal import CGRPC
internal import CGRPCShims

/// What batches are started with: owns the storage they write and learns, once each, that they are done.
///
/// The pointer given to gRPC is the retained object plus the number of the step in its low bits, so one
/// object can have several batches in flight without an allocation for each. Objects are aligned to 16.
class Tag: @unchecked Sendable {
  static let stepMask: UInt = 7

  /// Runs on the loop's thread; must not block.
  func complete(_ step: UInt, ok: Bool) { fatalError("a tag without a completion") }

  /// Retains the tag for gRPC. Either it comes back through the queue or `takeBack` undoes this.
  final func give(_ step: UInt = 0) -> UnsafeMutableRawPointer {
    let pointer = Unmanaged.passRetained(self).toOpaque() + Int(step)
    octavo_grpc_handed_over(pointer)
    return pointer
  }

  /// For a batch that gRPC refused.
  final func takeBack() { Unmanaged.passUnretained(self).release() }

  /// A tag came back through the queue.
  static func dispatch(_ pointer: UnsafeMutableRawPointer, ok: Bool) {
    octavo_grpc_taken_over(pointer)
    let step = UInt(bitPattern: pointer) & stepMask
    Unmanaged<Tag>.fromOpaque(pointer - Int(step)).takeRetainedValue().complete(step, ok: ok)
  }
}
