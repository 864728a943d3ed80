internal import CGRPC
internal import CGRPCShims
internal import Synchronization

/// Owns the bytes of a payload as gRPC holds them: one slice, or a received buffer in pieces until somebody
/// asks for the bytes in one.
///
/// gRPC itself counts references on slices, so sending, receiving and passing on move references and never
/// bytes. Slices of up to 23 bytes may lie inside the slice value instead of on the heap.
///
/// Unchecked: the form changes only under the lock and only from pieces to the slice; bytes are written
/// only before a slice is visible, and gRPC counts its references atomically.
final class PayloadStorage: @unchecked Sendable {
  private enum Form: @unchecked Sendable {
    case slice(grpc_slice)
    case pieces(UnsafeMutablePointer<grpc_byte_buffer>)
  }

  private let form: Guarded<Form>
  let count: Int

  /// Takes over `buffer`.
  init(consuming buffer: UnsafeMutablePointer<grpc_byte_buffer>) {
    count = grpc_byte_buffer_length(buffer)
    if buffer.slices.count == 1 {
      form = Guarded(.slice(grpc_slice_ref(buffer.slices[0])))
      grpc_byte_buffer_destroy(buffer)
    } else {
      form = Guarded(.pieces(buffer))
    }
  }

  init<Failure: Error>(
    count: Int, initializing: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(count >= 0, "a payload cannot have \(count) bytes")
    var slice = Self.allocate(count)
    do {
      try initializing(UnsafeMutableRawBufferPointer(start: octavo_grpc_slice_bytes_mutable(&slice), count: count))
    } catch {
      grpc_slice_unref(slice)
      throw error
    }
    form = Guarded(.slice(slice))
    self.count = count
  }

  deinit {
    switch form.withLock({ $0 }) {
    case .slice(let slice): grpc_slice_unref(slice)
    case .pieces(let buffer): grpc_byte_buffer_destroy(buffer)
    }
  }

  /// A byte buffer that shares the bytes; the caller destroys it.
  func makeByteBuffer() -> UnsafeMutablePointer<grpc_byte_buffer> {
    form.withLock { form in
      switch form {
      case .slice(var slice): grpc_raw_byte_buffer_create(&slice, 1)
      case .pieces(let buffer): grpc_byte_buffer_copy(buffer)
      }
    }
  }

  func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var slice = contiguous()
    defer { withExtendedLifetime(self) {} }
    return try withUnsafeMutablePointer(to: &slice) { (slice) throws(Failure) in
      try body(UnsafeRawBufferPointer(start: octavo_grpc_slice_bytes(slice), count: count))
    }
  }

  /// The slice, made from the pieces the first time; it stays for the life of the storage.
  private func contiguous() -> grpc_slice {
    form.withLock { form in
      switch form {
      case .slice(let slice): return slice
      case .pieces(let buffer):
        let slice = Self.join(buffer.slices, count: count)
        grpc_byte_buffer_destroy(buffer)
        form = .slice(slice)
        return slice
      }
    }
  }

  private static func join(_ pieces: UnsafeBufferPointer<grpc_slice>, count: Int) -> grpc_slice {
    var joined = allocate(count)
    let target = octavo_grpc_slice_bytes_mutable(&joined)!
    var offset = 0
    for piece in pieces {
      piece.withBytes { bytes in
        UnsafeMutableRawBufferPointer(start: target + offset, count: bytes.count).copyMemory(from: bytes)
        offset += bytes.count
      }
    }
    return joined
  }

  /// The only place where RPC allocates room for the bytes of messages.
  private static func allocate(_ count: Int) -> grpc_slice {
    bytesAllocated.add(count, ordering: .relaxed)
    return grpc_slice_malloc(count)
  }

  /// Bytes allocated for messages by this process so far; a test holds RPC to its promise with it.
  static let bytesAllocated = Atomic<Int>(0)
}

extension UnsafeMutablePointer<grpc_byte_buffer> {
  fileprivate var slices: UnsafeBufferPointer<grpc_slice> {
    UnsafeBufferPointer(
      start: pointee.data.raw.slice_buffer.slices, count: pointee.data.raw.slice_buffer.count)
  }
}
