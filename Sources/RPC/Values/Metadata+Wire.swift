internal import CGRPC
internal import CGRPCShims

extension Metadata {
  /// A copy of what gRPC received: its elements belong to the call and die with it.
  init(copying array: grpc_metadata_array) {
    self.init()
    for index in 0..<array.count {
      let key = String(slice: array.metadata[index].key)
      if key.hasSuffix("-bin") {
        append(key, [UInt8](slice: array.metadata[index].value))
      } else {
        append(key, String(slice: array.metadata[index].value))
      }
    }
  }

  /// The entries as gRPC wants them while `body` runs; it takes its own references in a batch.
  func withWire<Result>(_ body: (UnsafeMutablePointer<grpc_metadata>?, Int) -> Result) -> Result {
    guard !entries.isEmpty else { return body(nil, 0) }
    var wire = entries.map(\.wire)
    defer {
      for element in wire {
        grpc_slice_unref(element.key)
        grpc_slice_unref(element.value)
      }
    }
    return wire.withUnsafeMutableBufferPointer { body($0.baseAddress, $0.count) }
  }
}

extension Metadata.Entry {
  fileprivate var wire: grpc_metadata {
    var element = grpc_metadata()
    element.key = grpc_slice(copying: Array(key.utf8))
    switch value {
    case .text(let text): element.value = grpc_slice(copying: Array(text.utf8))
    case .binary(let bytes): element.value = grpc_slice(copying: bytes)
    }
    return element
  }
}

extension grpc_slice {
  /// A slice with a copy of `bytes`; the caller drops its reference.
  init(copying bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return grpc_empty_slice() }
      return grpc_slice_from_copied_buffer(start.assumingMemoryBound(to: CChar.self), bytes.count)
    }
  }

  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafePointer(to: self) {
      body(UnsafeRawBufferPointer(start: octavo_grpc_slice_bytes($0), count: octavo_grpc_slice_length($0)))
    }
  }
}

extension String {
  init(slice: grpc_slice) { self = slice.withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension [UInt8] {
  init(slice: grpc_slice) { self = slice.withBytes { Array($0) } }
}
