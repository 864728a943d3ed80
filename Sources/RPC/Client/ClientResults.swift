internal import CGRPC
internal import CGRPCShims
internal import Core

extension UnsafeMutablePointer<octavo_grpc_client_results> {
  static func make() -> Self {
    let results = Self.allocate(capacity: 1)
    results.initialize(to: octavo_grpc_client_results())
    results.pointee.details = grpc_empty_slice()
    return results
  }

  /// The final status; only after RECV_STATUS is done and before the call is released.
  func status() -> Status {
    let code = StatusCode(rawValue: Int(pointee.code.rawValue)) ?? .unknown
    guard code != .ok || pointee.trailing_metadata.count > 0 else { return .ok }
    var trailers = Metadata(copying: pointee.trailing_metadata)
    let details = trailers.removeDetails()
    return Status(code, String(slice: pointee.details), details: details, trailers: trailers)
  }

  /// The received message, if there is one.
  func takeMessage() -> Payload? {
    defer { pointee.message = nil }
    return pointee.message.map { Payload(consuming: $0) }
  }

  func destroy() {
    grpc_metadata_array_destroy(pointer(to: \.initial_metadata)!)
    grpc_metadata_array_destroy(pointer(to: \.trailing_metadata)!)
    if let message = pointee.message { grpc_byte_buffer_destroy(message) }
    grpc_slice_unref(pointee.details)
    deallocate()
  }
}

extension Metadata {
  /// Takes the status details out, which gRPC carries among the trailers.
  mutating func removeDetails() -> [UInt8] {
    let details = self[binary: Status.detailsKey] ?? []
    if !details.isEmpty { remove(Status.detailsKey) }
    return details
  }
}
