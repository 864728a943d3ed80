import Engine
import ArgumentParser
import Core
import Foundation
import Logging
import Manifests
import Router
import Telemetry

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves models from this machine: a router and its worker processes.",
    discussion: """
      Each worker holds a part of every model's layers, split by memory. Prints a line that begins with `ready` once \
      requests are answered. Ctrl-C lets running requests end, then stops.
      """)

  /// What `--cpus` says to pin nothing.
  private static let noCPUs = "none"

  @OptionGroup var cluster: ClusterArguments
  @Option(help: "Memory of each worker, such as 4GiB. Default: the manifest's, or its share of 80% of the machine's.")
  var memory: String?
  @Option(
    help: ArgumentHelp(
      "CPUs for the workers, such as 0-7: each thread is pinned to its own, if there are enough. Default: all that "
        + "this process may use. \(noCPUs) pins nothing.", valueName: "list"))
  var cpus: String?
  @OptionGroup var engine: EngineArguments
  @OptionGroup var logs: LogOptions

  func run() async throws {
    let manifest = try cluster.resolved()
    let log = logs.logger("octavo")
    let metrics = try await cluster.metricsServices(for: manifest, MetricsRegistry(), log: log)
    let router = try RouterProcess(try cluster.settings(for: manifest), log: log)
    let count = manifest.workers.replicas
    let supervisor = WorkerSupervisor(
      arguments: try workerArguments(manifest, router: router.address, log), log: log)
    Output.note("router on \(router.address), starting \(count) \(count == 1 ? "worker" : "workers")")
    try await ProcessGroup(log: log).run(metrics + [supervisor, RouterService(router: router)]) {
      try await announce(router, manifest)
    }
  }

  /// - Throws: why a model can never be ready on these workers.
  private func announce(_ router: RouterProcess, _ manifest: ClusterManifest) async throws(OctavoError) {
    var bar = ProgressBar()
    defer { bar.finish() }
    try await router.waitUntilReady { bar.update($0, "loading") }
    bar.finish()
    let names = manifest.models.map(\.name.text).joined(separator: ", ")
    let count = manifest.workers.replicas
    Output.line("ready: \(names) on \(router.address), \(count) \(count == 1 ? "worker" : "workers")")
  }

  /// The arguments of each `octavo worker`. Workers listen on this machine only, and compute each on CPUs of its own
  /// where there are enough for all threads.
  private func workerArguments(
    _ manifest: ClusterManifest, router: String, _ log: Logger
  ) throws(OctavoError) -> [[String]] {
    let count = manifest.workers.replicas
    let share = ByteCount(Int(ProcessInfo.processInfo.physicalMemory / 5 * 4) / count)
    let memory = try memory.map { text throws(OctavoError) in try ByteCount(parsing: text) }
    var engine = engine
    engine.threads = engine.threads ?? manifest.workers.threads
    let usable = try cpus == Self.noCPUs ? .current : UsableCPUs.current.only(cpus)
    let options = try engine.options(on: usable, workers: count)
    let shares = cpus == Self.noCPUs ? nil : usable.shares(workers: count, threads: options.threads)
    if cpus != Self.noCPUs, shares == nil {
      log.notice("\(usable.shortage(workers: count, threads: options.threads))")
    }
    var arguments = ["--router", router, "--log-level", logs.logLevel]
    arguments += ["--memory", "\((memory ?? manifest.workers.memory ?? share).bytes)"]
    arguments += ["--threads", "\(options.threads)", "--kernels", options.kernels.rawValue]
    for model in manifest.models {
      arguments += ["--model", "\(model.name)=\(URL(fileURLWithPath: model.source).standardizedFileURL.path)"]
    }
    arguments += cluster.tls.over(manifest.router).arguments
    return (0..<count).map { worker in arguments + (shares.map { ["--cpus", "\($0[worker])"] } ?? []) }
  }
}
