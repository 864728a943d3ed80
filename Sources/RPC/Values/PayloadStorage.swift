internal import CGRPC
internal import CGRPCShims
internal import Synchronization

/// Owns one reference to a gRPC slice.
///
/// A slice is what gRPC itself counts references on, so sending and receiving move a reference and
/// never the bytes. Slices of up to 23 bytes may lie inside the slice value instead of on the heap.
///
/// Unchecked: the slice is set once, its bytes are written only before `init` returns, and gRPC counts
/// its references atomically.
final class PayloadStorage: @unchecked Sendable {
  private let slice: grpc_slice
  let count: Int

  /// Takes over the caller's reference to `slice`.
  init(adopting slice: grpc_slice) {
    self.slice = slice
    count = withUnsafePointer(to: slice) { octavo_grpc_slice_length($0) }
  }

  /// The only place where RPC allocates room for the bytes of messages.
  init<Failure: Error>(
    count: Int, initializing: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(count >= 0, "a payload cannot have \(count) bytes")
    var slice = grpc_slice_malloc(count)
    Self.bytesAllocated.add(count, ordering: .relaxed)
    do {
      try initializing(UnsafeMutableRawBufferPointer(start: octavo_grpc_slice_bytes_mutable(&slice), count: count))
    } catch {
      grpc_slice_unref(slice)
      throw error
    }
    self.slice = slice
    self.count = count
  }

  deinit { grpc_slice_unref(slice) }

  /// A further reference to the slice, for gRPC.
  func reference() -> grpc_slice { grpc_slice_ref(slice) }

  func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var copy = slice
    defer { withExtendedLifetime(self) {} }
    return try withUnsafeMutablePointer(to: &copy) { (slice) throws(Failure) in
      try body(UnsafeRawBufferPointer(start: octavo_grpc_slice_bytes(slice), count: count))
    }
  }

  /// Bytes allocated for messages by this process so far; a test holds RPC to its promise with it.
  static let bytesAllocated = Atomic<Int>(0)
}
