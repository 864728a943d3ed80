internal import CGRPC
internal import Core

/// A registered method: its handler and how it is run.
struct Route: Sendable {
  enum Handler: Sendable {
    case stream(@Sendable (ServerCall) async throws -> Void)
    case unary(@Sendable (Payload, ServerCall) async throws -> Payload)
  }

  let method: Method
  let placement: HandlerPlacement
  let handler: Handler

  /// A unary call is handed over with its request, which spares an event.
  var payloadHandling: grpc_server_register_method_payload_handling {
    switch handler {
    case .stream: GRPC_SRM_PAYLOAD_NONE
    case .unary: GRPC_SRM_PAYLOAD_READ_INITIAL_BYTE_BUFFER
    }
  }
}
