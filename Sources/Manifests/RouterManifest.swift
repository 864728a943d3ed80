/// `router`: where clients reach the cluster.
package struct RouterManifest: Sendable, Hashable {
  package static let hostByDefault = "127.0.0.1"
  package static let portByDefault = 50_051

  /// Paths of PEM files, relative to the manifest's directory.
  package struct TLS: Sendable, Hashable {
    package var cert: String
    package var key: String
    /// Absent, clients are not asked for certificates.
    package var ca: String?

    package init(cert: String, key: String, ca: String? = nil) {
      self.cert = cert
      self.key = key
      self.ca = ca
    }
  }

  /// `host` to bind, 127.0.0.1 by default. One that other machines reach needs `tls` or `insecure: true`.
  package var host: String
  /// `port`, 50051 by default; 0 lets the system choose.
  package var port: Int
  package var tls: TLS?
  package var insecure: Bool
  /// `metricsPort` for Prometheus, on this machine's own address; 0 lets the system choose, absent serves no metrics.
  package var metricsPort: Int?

  package init(
    host: String = RouterManifest.hostByDefault, port: Int = RouterManifest.portByDefault, tls: TLS? = nil,
    insecure: Bool = false, metricsPort: Int? = nil
  ) {
    self.host = host
    self.port = port
    self.tls = tls
    self.insecure = insecure
    self.metricsPort = metricsPort
  }

  /// Whether only this machine can reach the host.
  package var isLoopback: Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.") || host.hasPrefix("unix:")
  }
}
