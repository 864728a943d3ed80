import ArgumentParser
import Core
import Logging
import Manifests
import Messages
import Telemetry

/// Where a router shows its metrics.
struct MetricsOptions: ParsableArguments {
  @Option(
    help: "Port for Prometheus, which finds the page /metrics there; 0 picks one. Default: the manifest's, or none.")
  var metricsPort: Int?
  @Option(help: "Address to serve metrics on, without TLS; beyond this machine only with --insecure.")
  var metricsHost = RouterManifest.hostByDefault

  /// The process's own metrics and the router's, served if a port is given.
  ///
  /// - Returns: `nil` without a port.
  /// - Throws: INVALID_ARGUMENT for an address beyond this machine without `insecure`, ALREADY_EXISTS for a port in
  ///   use.
  func endpoint(
    _ registry: MetricsRegistry, port: Int?, insecure: Bool, log: Logger
  ) async throws(OctavoError) -> MetricsEndpoint? {
    guard let port else {
      guard metricsHost == RouterManifest.hostByDefault else {
        throw OctavoError(.invalidArgument, "--metrics-host is given without --metrics-port: give both")
      }
      return nil
    }
    guard insecure || RouterManifest(host: metricsHost).isLoopback else {
      throw .invalid(
        "--metrics-host", quoted(metricsHost),
        "metrics are served without TLS: beyond this machine say --insecure on a network you trust")
    }
    ProcessMetrics(version: Messages.softwareVersion).register(in: registry)
    let endpoint = try await MetricsEndpoint.open(host: metricsHost, port: port, registry: registry, log: log)
    Output.note("metrics on \(endpoint.url)/metrics")
    return endpoint
  }
}
