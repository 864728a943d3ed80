internal import CGRPC

extension Payload {
  /// Takes over a received `buffer`.
  init(consuming buffer: UnsafeMutablePointer<grpc_byte_buffer>) {
    storage = PayloadStorage(consuming: buffer)
  }

  /// A byte buffer that shares this payload's bytes; the caller destroys it.
  func makeByteBuffer() -> UnsafeMutablePointer<grpc_byte_buffer> { storage.makeByteBuffer() }
}
