package import Core
package import RPC

extension Channel {
  /// A unary call in Swift values.
  package func unary<Response: WireMessage>(
    _ method: Method, _ request: some WireMessage, timeout: Duration
  ) async throws(OctavoError) -> Response {
    try Response(try await unary(method, request.payload(), timeout: timeout))
  }
}
