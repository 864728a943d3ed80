package import Core
package import Messages
package import RPC

/// One router, reached over one channel.
package struct RouterClient: Sendable {
  /// How long a router may take to be reached.
  private static let connectTimeout: Duration = .seconds(10)
  private static let answerTimeout: Duration = .seconds(30)

  private let loop: EventLoop
  private let channel: Channel
  private let address: String

  /// - Parameter address: HOST:PORT of the router.
  /// - Throws: INVALID_ARGUMENT for an address that is none.
  package init(address: String, credentials: ChannelCredentials) throws(OctavoError) {
    self.address = address
    loop = EventLoop(name: "client")
    channel = try Channel(target: address, credentials: credentials, on: loop)
  }

  /// Streams an answer.
  ///
  /// - Parameters:
  ///   - tenant: on whose behalf.
  ///   - each: takes every part, in order.
  /// - Throws: UNAVAILABLE when no router is there; what the router refuses.
  package func generate(
    _ request: GenerateRequest, tenant: TenantID? = nil, each: (GenerateResponse) throws(OctavoError) -> Void
  ) async throws(OctavoError) {
    try await connect()
    var metadata = Metadata()
    if let tenant { metadata.append(Metadata.tenantKey, tenant.text) }
    let call = try await channel.startCall(.inference("Generate"), metadata: metadata)
    try await call.send(request.payload())
    try await call.finishSending()
    while let payload = try await call.receive() { try each(try GenerateResponse(payload)) }
  }

  package func status() async throws(OctavoError) -> StatusResponse {
    try await connect()
    return try StatusResponse(
      try await channel.unary(.admin("Status"), Empty().payload(), timeout: Self.answerTimeout))
  }

  package func close() async {
    await channel.close()
    await loop.shutdown()
  }

  private func connect() async throws(OctavoError) {
    do throws(OctavoError) {
      try await channel.waitUntilReady(timeout: Self.connectTimeout)
    } catch {
      throw OctavoError(
        .unavailable, "no router answers at \(address): start one with `octavo serve`, or name another with --router",
        cause: error)
    }
  }
}
