internal import CGRPC
package import Core

/// A call as its handler sees it. At most one send and one receive at a time; they may overlap. It ends
/// when the handler returns; a call that is used after that refuses everything.
///
/// When the client cancels, vanishes or the deadline passes, the handler's task is cancelled and whatever
/// waits here throws CANCELLED at once.
package final class ServerCall: Sendable {
  private let core: ServerCallCore

  init(core: ServerCallCore) { self.core = core }

  package var method: Method { core.method }

  /// The client's headers; empty if nobody asked for them before the handler returned.
  package var metadata: Metadata { core.metadata }

  /// The client's address as gRPC writes it, such as `ipv4:127.0.0.1:4242`; not verified by anything.
  package var peer: String { core.peer }

  /// The subject of the client's certificate, if TLS has verified one.
  package var peerIdentity: String? { core.peerIdentity }

  /// From now to the deadline, zero once it has passed; `nil` without a deadline. What is passed on to
  /// the next hop.
  package var remaining: Duration? { core.deadline.remaining }

  /// Whether the client has cancelled or gone, or the deadline has passed.
  package var isCancelled: Bool { core.isCancelled }

  /// The next message; `nil` when the client has sent its last.
  ///
  /// - Throws: CANCELLED, or FAILED_PRECONDITION while another receive is in flight.
  package func receive() async throws(OctavoError) -> Payload? {
    switch await resumed({ core.receive($0) }) {
    case .message(let payload): return payload
    case .none: return nil
    case .misused(let error): throw error
    }
  }

  /// Sends a message; returns when flow control let gRPC take it, so a slow reader slows the sender.
  ///
  /// - Throws: CANCELLED, or FAILED_PRECONDITION while another send is in flight.
  package func send(_ payload: Payload) async throws(OctavoError) {
    try await perform { core.send(payload, .task($0)) }
  }

  /// Sends a message without waiting for it.
  ///
  /// - Parameter taken: learns once whether flow control let gRPC take the message, on the loop's thread, so it must
  ///   not block; at once where nothing was started: the call is over, or another send is in flight.
  package func send(_ payload: Payload, taken: @escaping @Sendable (Bool) -> Void) {
    core.send(payload, .function { taken($0.isSent) })
  }

  /// Sends headers now instead of with the first message.
  ///
  /// - Throws: INVALID_ARGUMENT for illegal metadata, FAILED_PRECONDITION if headers were sent, CANCELLED.
  package func sendInitialMetadata(_ metadata: Metadata) async throws(OctavoError) {
    try metadata.validate()
    guard core.setHeaders(metadata) else {
      throw OctavoError(.failedPrecondition, "the headers of \(method) have been sent")
    }
    try await perform { core.send(nil, .task($0)) }
  }

  /// What follows the last message.
  ///
  /// - Throws: INVALID_ARGUMENT for illegal metadata.
  package func setTrailers(_ trailers: Metadata) throws(OctavoError) {
    try trailers.validate()
    core.setTrailers(trailers)
  }

  /// A serialized `google.rpc.Status` for the client, at most `detailsBytesMax` bytes.
  package func setStatusDetails(_ details: [UInt8]) throws(OctavoError) {
    guard details.count <= Self.detailsBytesMax else {
      throw OctavoError(
        .resourceExhausted, "status details have \(details.count) bytes: send at most \(Self.detailsBytesMax)")
    }
    core.setDetails(details)
  }

  /// They travel in base64 among the trailers.
  package static let detailsBytesMax = 4 << 10

  /// Ends the call with `code` whatever its handler does: for a client that no longer reads what it is sent. Whatever
  /// waits here throws CANCELLED, and the handler's task is cancelled.
  package func abort(_ code: StatusCode, _ message: String) { core.cancel(code, message) }

  private func perform(_ start: (Resumption<SendResult>) -> Void) async throws(OctavoError) {
    if case .misused(let error) = await resumed({ start($0) }) { throw error }
  }
}
