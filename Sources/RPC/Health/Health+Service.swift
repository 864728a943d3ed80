internal import Core

extension Health {
  static let checkMethod = Method(service: "grpc.health.v1.Health", name: "Check")
  static let watchMethod = Method(service: "grpc.health.v1.Health", name: "Watch")

  var routes: [Route] {
    [
      Route(
        method: Self.checkMethod, placement: .loop,
        handler: .unary { request, _ in try self.check(request) }),
      Route(method: Self.watchMethod, placement: .global, handler: .stream { call in try await self.watch(call) }),
    ]
  }

  private func check(_ request: Payload) throws(OctavoError) -> Payload {
    let service = try HealthMessages.service(in: request)
    guard let serving = serving(service) else {
      throw OctavoError(.notFound, "service \(quoted(service)) is not known here")
    }
    return HealthMessages.response(serving)
  }

  private func watch(_ call: ServerCall) async throws {
    guard let request = try await call.receive() else {
      throw OctavoError(.invalidArgument, "Watch needs one message, none came")
    }
    let service = try HealthMessages.service(in: request)
    var last: Serving?
    for await serving in changes(of: service) where serving != last {
      try await call.send(HealthMessages.response(serving))
      last = serving
    }
    throw call.isCancelled ? ServerCallCore.cancellation : OctavoError(.unavailable, "the server is shutting down")
  }
}
