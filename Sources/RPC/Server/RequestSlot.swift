internal import CGRPC
internal import CGRPCShims
internal import Core

/// An open request for the next call of one method, or of any unknown one. Comes back with a call, or
/// without one when the server shuts down.
final class RequestSlot: Tag, @unchecked Sendable {
  private let server: ServerCore
  private let route: Route?
  private let registered: UnsafeMutableRawPointer?
  private let arrival = UnsafeMutablePointer<octavo_grpc_arrival>.allocate(capacity: 1)

  /// - Parameter route: `nil` for methods that nobody registered.
  init(server: ServerCore, route: Route?, registered: UnsafeMutableRawPointer?) {
    self.server = server
    self.route = route
    self.registered = registered
    arrival.initialize(to: octavo_grpc_arrival())
    grpc_call_details_init(arrival.pointer(to: \.details)!)
  }

  deinit {
    grpc_call_details_destroy(arrival.pointer(to: \.details)!)
    grpc_metadata_array_destroy(arrival.pointer(to: \.metadata)!)
    arrival.deallocate()
  }

  func post() {
    let tag = give()
    let error = server.withServer { server in
      guard let registered else {
        return grpc_server_request_call(
          server, arrival.pointer(to: \.call)!, arrival.pointer(to: \.details)!, arrival.pointer(to: \.metadata)!,
          self.server.queue, self.server.queue, tag)
      }
      return grpc_server_request_registered_call(
        server, registered, arrival.pointer(to: \.call)!, arrival.pointer(to: \.deadline)!,
        arrival.pointer(to: \.metadata)!, wantsMessage ? arrival.pointer(to: \.message)! : nil, self.server.queue,
        self.server.queue, tag)
    }
    if error != GRPC_CALL_OK { takeBack() }
  }

  override func complete(_ step: UInt, ok: Bool) {
    guard ok, let call = arrival.pointee.call else { return }
    let message = arrival.pointee.message.map { Payload(consuming: $0) }
    let core = ServerCallCore(
      call: Handle(call), server: server, method: route?.method ?? unknownMethod,
      metadata: arrival.pointee.metadata,
      deadline: registered == nil ? arrival.pointee.details.deadline : arrival.pointee.deadline,
      isUnary: wantsMessage)
    arrival.pointee.call = nil
    arrival.pointee.message = nil
    // The call owns the array now.
    grpc_metadata_array_init(arrival.pointer(to: \.metadata)!)
    renewDetails()
    post()
    server.accept(core, route, message)
  }

  private var wantsMessage: Bool { route?.payloadHandling == GRPC_SRM_PAYLOAD_READ_INITIAL_BYTE_BUFFER }

  private var unknownMethod: Method { Method(path: String(slice: arrival.pointee.details.method)) }

  private func renewDetails() {
    guard registered == nil else { return }
    grpc_call_details_destroy(arrival.pointer(to: \.details)!)
    grpc_call_details_init(arrival.pointer(to: \.details)!)
  }
}
