internal import CGRPC

/// An identity whose parts look like PEM, ready to be handed to gRPC.
struct CheckedIdentity {
  let chain: PEM
  let key: PEM

  func withPair<Result>(_ body: (grpc_ssl_pem_key_cert_pair) -> Result) -> Result {
    key.withCString { key in
      chain.withCString { chain in body(grpc_ssl_pem_key_cert_pair(private_key: key, cert_chain: chain)) }
    }
  }
}
