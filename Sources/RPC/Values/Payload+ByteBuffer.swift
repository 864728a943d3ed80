internal import CGRPC
internal import CGRPCShims

extension Payload {
  /// A byte buffer that shares this payload's storage; the caller destroys it.
  func makeByteBuffer() -> UnsafeMutablePointer<grpc_byte_buffer> {
    var slice = storage.reference()
    // The buffer takes a reference of its own.
    defer { grpc_slice_unref(slice) }
    return grpc_raw_byte_buffer_create(&slice, 1)
  }

  /// Takes the message out of `buffer` and destroys it.
  init(consuming buffer: UnsafeMutablePointer<grpc_byte_buffer>) {
    defer { grpc_byte_buffer_destroy(buffer) }
    let slices = UnsafeBufferPointer(
      start: buffer.pointee.data.raw.slice_buffer.slices, count: buffer.pointee.data.raw.slice_buffer.count)
    if slices.count == 1 {
      self.init(storage: PayloadStorage(adopting: grpc_slice_ref(slices[0])))
      return
    }
    self.init(count: grpc_byte_buffer_length(buffer)) { target in
      var offset = 0
      for index in slices.indices {
        let slice = slices.baseAddress! + index
        let count = octavo_grpc_slice_length(slice)
        target[offset...].copyBytes(from: UnsafeRawBufferPointer(start: octavo_grpc_slice_bytes(slice), count: count))
        offset += count
      }
    }
  }
}

extension UnsafeMutableRawBufferPointer.SubSequence {
  fileprivate func copyBytes(from source: UnsafeRawBufferPointer) {
    UnsafeMutableRawBufferPointer(rebasing: self).copyMemory(from: source)
  }
}
