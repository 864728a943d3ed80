import ArgumentParser
import Core
import Foundation
import Logging
import Router

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves models from this machine: a router and its worker processes.",
    discussion: """
      Each worker holds a part of every model's layers, split by memory. Prints a line that begins with `ready` once \
      requests are answered. Ctrl-C lets running requests end, then stops.
      """)

  @Argument(help: ArgumentHelp("Checkpoints to serve, each under its directory's name.", valueName: "model"))
  var models: [String] = []
  @Option(name: .customShort("f"), help: ArgumentHelp("Serve what a manifest says.", valueName: "cluster.yaml"))
  var manifest: String?
  @Option(help: "Worker processes. Default: 1, or the manifest's replicas.")
  var workers: Int?
  @Option(help: ArgumentHelp("Memory of each worker, such as 4GiB. Default: its share of 80% of the machine's."))
  var memory: String?
  @Option(help: "Address to listen on. Default: 127.0.0.1, or the manifest's.")
  var host: String?
  @Option(help: "Port to listen on; 0 picks one. Default: \(Ports.router), or the manifest's.")
  var port: Int?
  @OptionGroup var engine: EngineArguments
  @OptionGroup var model: ModelArguments
  @OptionGroup var tls: TLSOptions
  @OptionGroup var logs: LogOptions

  func run() async throws {
    let plan = try ClusterPlan(self)
    let log = logs.logger("octavo")
    let router = try RouterProcess(plan.router, log: log)
    let supervisor = WorkerSupervisor(
      count: plan.workerCount, arguments: try plan.workerArguments(router: router.address), log: log)
    Output.note("router on \(router.address), starting \(plan.workerCount) workers")
    try await ProcessGroup(log: log).run(
      [supervisor, RouterService(router: router)],
      alongside: { try await announce(router, plan) })
  }

  /// - Throws: why a model can never be ready on these workers.
  private func announce(_ router: RouterProcess, _ plan: ClusterPlan) async throws(OctavoError) {
    try await router.waitUntilReady()
    let names = plan.router.models.map { URL(fileURLWithPath: $0.directory).lastPathComponent }
    Output.line("ready: \(names.joined(separator: ", ")) on \(router.address), \(plan.workerCount) workers")
  }
}
