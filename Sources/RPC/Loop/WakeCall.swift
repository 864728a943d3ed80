internal import CGRPC
internal import CGRPCShims

/// Puts a tag on a queue at once: gRPC 1.51 has no public alarm in C, but an empty batch of any call
/// completes immediately. The call is on a channel that can never connect and is never started.
struct WakeCall: Sendable {
  private let channel: Handle
  private let call: Handle

  init(queue: OpaquePointer) {
    let channel = grpc_lame_client_channel_create(nil, GRPC_STATUS_UNAVAILABLE, "wakes an event loop")!
    let path = grpc_slice_from_static_string("/wake")
    let call = grpc_channel_create_call(
      channel, nil, octavo_grpc_propagate_defaults(), queue, path, nil, gpr_inf_future(GPR_CLOCK_MONOTONIC), nil)!
    self.channel = Handle(channel)
    self.call = Handle(call)
  }

  /// Only inside the queue's gate.
  func post(_ tag: Tag) {
    let pointer = tag.give()
    let error = grpc_call_start_batch(call.pointer, nil, 0, pointer, nil)
    precondition(error == GRPC_CALL_OK, "an empty batch was refused: error \(error.rawValue)")
  }

  func release() {
    grpc_call_unref(call.pointer)
    grpc_channel_destroy(channel.pointer)
  }
}
