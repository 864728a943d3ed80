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
}
