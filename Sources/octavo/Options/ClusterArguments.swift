import ArgumentParser
import Core
import Foundation
import Logging
import Manifests
import Router
import ServiceLifecycle
import Telemetry

/// What a cluster serves and where: models on the command line, or a manifest.
struct ClusterArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("Checkpoints to serve, each under its directory's name.", valueName: "model"))
  var models: [String] = []
  @Option(
    name: .customShort("f"), help: ArgumentHelp("Serve what a manifest says instead.", valueName: "cluster.yaml"))
  var manifest: String?
  @Option(help: "Workers; layers are placed once so many have joined. Default: 1, or the manifest's.")
  var workers: Int?
  @Option(help: "Address to listen on. Default: \(RouterManifest.hostByDefault), or the manifest's.")
  var host: String?
  @Option(help: "Port to listen on; 0 picks one. Default: \(Ports.router), or the manifest's.")
  var port: Int?
  @OptionGroup var model: ModelArguments
  @OptionGroup var tls: TLSOptions
  @OptionGroup var metrics: MetricsOptions

  /// The manifest, or what stands for one, with what the command line says on top.
  func resolved() throws(OctavoError) -> ClusterManifest {
    var cluster = try base()
    if let workers { cluster.workers.replicas = workers }
    guard (1...Limits.workersMax).contains(cluster.workers.replicas) else {
      throw .invalid("--workers", "\(cluster.workers.replicas)", "give 1 to \(Limits.workersMax)")
    }
    cluster.router.host = host ?? cluster.router.host
    cluster.router.port = port ?? cluster.router.port
    cluster.router.metricsPort = metrics.metricsPort ?? cluster.router.metricsPort
    return cluster
  }

  /// How a router serves `cluster`.
  func settings(for cluster: ClusterManifest) throws(OctavoError) -> RouterSettings {
    let tls = tls.over(cluster.router)
    return RouterSettings(
      host: cluster.router.host, port: cluster.router.port,
      models: cluster.models.map { model in
        ModelSource(
          name: model.name, directory: model.source, configuration: model.configuration,
          instances: model.instances.lowerBound, contextLength: model.contextLength,
          sequencesMax: model.maxSequences, rowsMax: model.maxRows, waitingMax: model.maxWaiting,
          keyValueTokens: model.keyValueTokens,
          splitGoal: model.splitGoal)
      },
      workersExpected: cluster.workers.replicas,
      serverCredentials: try tls.serverCredentials(host: cluster.router.host),
      channelCredentials: try tls.channelCredentials())
  }

  /// The metrics of the router, served if the cluster says where.
  func metricsServices(
    for cluster: ClusterManifest, _ registry: MetricsRegistry, log: Logger
  ) async throws(OctavoError) -> [any Service] {
    let insecure = tls.over(cluster.router).insecure
    let endpoint = try await metrics.endpoint(
      registry, port: cluster.router.metricsPort, insecure: insecure, log: log)
    return endpoint.map { [MetricsService(endpoint: $0)] } ?? []
  }

  private func base() throws(OctavoError) -> ClusterManifest {
    guard let manifest else {
      guard !models.isEmpty else {
        throw OctavoError(.invalidArgument, "there is nothing to serve: name a checkpoint, or a manifest with -f")
      }
      var served: [ModelManifest] = []
      for directory in models { served.append(try model.manifest(directory)) }
      return ClusterManifest(name: "octavo", workers: WorkerPool(), models: served, router: RouterManifest())
    }
    guard models.isEmpty else {
      throw OctavoError(.invalidArgument, "models are named on the command line and in \(quoted(manifest)): use one")
    }
    return Self.resolve(try ClusterManifest.read(manifest), besides: manifest)
  }

  /// Paths in a manifest are relative to its own directory.
  private static func resolve(_ cluster: ClusterManifest, besides manifest: String) -> ClusterManifest {
    let folder = URL(fileURLWithPath: manifest).deletingLastPathComponent()
    func path(_ text: String) -> String { URL(fileURLWithPath: text, relativeTo: folder).standardizedFileURL.path }
    var cluster = cluster
    for index in cluster.models.indices { cluster.models[index].source = path(cluster.models[index].source) }
    if let tls = cluster.router.tls {
      cluster.router.tls = RouterManifest.TLS(cert: path(tls.cert), key: path(tls.key), ca: tls.ca.map(path))
    }
    return cluster
  }
}
