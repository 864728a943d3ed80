internal import CGRPC
internal import Core

/// How a server proves its identity and what it asks of clients.
package enum ServerCredentials: Sendable {
  /// No encryption, no identities.
  case insecure
  /// - Parameters:
  ///   - identity: what the server shows.
  ///   - clientRoots: PEM certificates that a client's chain must lead to; empty: clients are not asked.
  ///   - requiresClientCertificate: whether a client without a certificate is refused. One whose
  ///     certificate does not lead to `clientRoots` always is.
  case tls(identity: TLSIdentity, clientRoots: [UInt8] = [], requiresClientCertificate: Bool = true)

  /// The caller releases the result.
  func make() throws(OctavoError) -> OpaquePointer {
    guard case .tls(let identity, let clientRoots, let isRequired) = self else {
      return grpc_insecure_server_credentials_create()
    }
    let pair = try identity.checked()
    guard !clientRoots.isEmpty else {
      return Self.make(pair, roots: nil, GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE)
    }
    let roots = try PEM(clientRoots, holding: "CERTIFICATE", as: "root certificates of clients")
    let request =
      isRequired
      ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY
    return roots.withCString { Self.make(pair, roots: $0, request) }
  }

  private static func make(
    _ identity: CheckedIdentity, roots: UnsafePointer<CChar>?, _ request: grpc_ssl_client_certificate_request_type
  ) -> OpaquePointer {
    identity.withPair { pair in
      var pair = pair
      let config = grpc_ssl_server_certificate_config_create(roots, &pair, 1)
      return grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config(request, config))
    }
  }
}
