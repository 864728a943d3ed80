package import RPC

extension Server {
  /// Answers a unary method in Swift values.
  package func answer<Request: WireMessage, Response: WireMessage>(
    _ method: Method, _ body: @escaping @Sendable (Request) async throws -> Response
  ) {
    handleUnary(method) { payload, _ in try await body(try Request(payload)).payload() }
  }

  /// Answers a unary method whose request says nothing.
  package func answer<Response: WireMessage>(
    _ method: Method, _ body: @escaping @Sendable () async throws -> Response
  ) {
    handleUnary(method) { _, _ in try await body().payload() }
  }

  /// Does what a unary method asks for; the answer says nothing.
  package func obey<Request: WireMessage>(
    _ method: Method, _ body: @escaping @Sendable (Request) async throws -> Void
  ) {
    handleUnary(method) { payload, _ in
      try await body(try Request(payload))
      return Empty().payload()
    }
  }
}
