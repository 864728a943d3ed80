internal import CGRPC
internal import CGRPCShims

/// The operations of one batch, put together on the stack. What their pointers lead to must live until
/// the batch is done, except metadata to send and status details, which gRPC takes over at once.
struct Batch {
  private var operations = InlineArray<6, grpc_op>(repeating: grpc_op())
  private(set) var count = 0

  private mutating func add(_ kind: grpc_op_type) -> Int {
    operations[count].op = kind
    count += 1
    return count - 1
  }

  mutating func sendInitialMetadata(_ metadata: UnsafeMutablePointer<grpc_metadata>?, _ metadataCount: Int) {
    let index = add(GRPC_OP_SEND_INITIAL_METADATA)
    operations[index].data.send_initial_metadata.count = metadataCount
    operations[index].data.send_initial_metadata.metadata = metadata
  }

  mutating func sendMessage(_ buffer: UnsafeMutablePointer<grpc_byte_buffer>) {
    let index = add(GRPC_OP_SEND_MESSAGE)
    operations[index].data.send_message.send_message = buffer
  }

  mutating func sendClose() { _ = add(GRPC_OP_SEND_CLOSE_FROM_CLIENT) }

  mutating func sendStatus(
    _ code: grpc_status_code, message: UnsafeMutablePointer<grpc_slice>?,
    trailers: UnsafeMutablePointer<grpc_metadata>?, _ trailerCount: Int
  ) {
    let index = add(GRPC_OP_SEND_STATUS_FROM_SERVER)
    operations[index].data.send_status_from_server.status = code
    operations[index].data.send_status_from_server.status_details = message
    operations[index].data.send_status_from_server.trailing_metadata = trailers
    operations[index].data.send_status_from_server.trailing_metadata_count = trailerCount
  }

  mutating func receiveInitialMetadata(into results: UnsafeMutablePointer<octavo_grpc_client_results>) {
    let index = add(GRPC_OP_RECV_INITIAL_METADATA)
    operations[index].data.recv_initial_metadata.recv_initial_metadata = results.pointer(to: \.initial_metadata)
  }

  mutating func receiveMessage(into slot: UnsafeMutablePointer<UnsafeMutablePointer<grpc_byte_buffer>?>) {
    let index = add(GRPC_OP_RECV_MESSAGE)
    operations[index].data.recv_message.recv_message = slot
  }

  mutating func receiveStatus(into results: UnsafeMutablePointer<octavo_grpc_client_results>) {
    let index = add(GRPC_OP_RECV_STATUS_ON_CLIENT)
    operations[index].data.recv_status_on_client.trailing_metadata = results.pointer(to: \.trailing_metadata)
    operations[index].data.recv_status_on_client.status = results.pointer(to: \.code)
    operations[index].data.recv_status_on_client.status_details = results.pointer(to: \.details)
  }

  mutating func receiveClose(into cancelled: UnsafeMutablePointer<Int32>) {
    let index = add(GRPC_OP_RECV_CLOSE_ON_SERVER)
    operations[index].data.recv_close_on_server.cancelled = cancelled
  }

  func start(on call: OpaquePointer, tag: UnsafeMutableRawPointer) -> grpc_call_error {
    withUnsafeBytes(of: operations) { bytes in
      grpc_call_start_batch(call, bytes.baseAddress!.assumingMemoryBound(to: grpc_op.self), count, tag, nil)
    }
  }
}
