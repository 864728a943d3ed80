package import Core
package import RPC

extension ServerCall {
  /// The call's first message.
  ///
  /// - Throws: INVALID_ARGUMENT when the client ends the call without one.
  package func receiveFirst() async throws(OctavoError) -> Payload {
    guard let payload = try await receive() else {
      throw OctavoError(.invalidArgument, "\(method) was called without a message")
    }
    return payload
  }

  /// Answers a unary call: one message in, one out.
  package func answer<Request: WireMessage, Response: WireMessage>(
    _ body: (Request) async throws(OctavoError) -> Response
  ) async throws(OctavoError) {
    try await send(try await body(try Request(try await receiveFirst())).payload())
  }
}
