internal import CGRPC
internal import Core

/// How a channel proves the server's identity and its own.
package enum ChannelCredentials: Sendable {
  /// No encryption, no identities.
  case insecure
  /// - Parameters:
  ///   - roots: PEM certificates that the server's chain must lead to.
  ///   - identity: what the channel shows a server that asks for a client's certificate.
  ///   - serverName: checked against the server's certificate instead of the target's host; for tests and
  ///     for servers that are reached by address.
  case tls(roots: [UInt8], identity: TLSIdentity? = nil, serverName: String? = nil)

  /// The caller releases the result.
  func make() throws(OctavoError) -> OpaquePointer {
    switch self {
    case .insecure:
      return grpc_insecure_credentials_create()
    case .tls(let roots, let identity, _):
      let roots = try PEM(roots, holding: "CERTIFICATE", as: "root certificates")
      guard let identity = try identity?.checked() else {
        return roots.withCString { grpc_ssl_credentials_create_ex($0, nil, nil, nil) }
      }
      return roots.withCString { roots in
        identity.withPair { pair in
          var pair = pair
          return grpc_ssl_credentials_create_ex(roots, &pair, nil, nil)
        }
      }
    }
  }

  var serverName: String? {
    guard case .tls(_, _, let serverName) = self else { return nil }
    return serverName
  }
}
