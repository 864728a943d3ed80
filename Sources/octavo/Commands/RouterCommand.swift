import ArgumentParser
import Core
import Foundation
import Logging
import Router

struct RouterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "router", abstract: "Runs one router that workers join.",
    discussion: "Workers are started apart, on this machine or others: `octavo worker --router HOST:PORT`.")

  @Argument(help: ArgumentHelp("Checkpoints to serve, each under its directory's name.", valueName: "model"))
  var models: [String] = []
  @Option(name: .customShort("f"), help: ArgumentHelp("Serve what a manifest says.", valueName: "cluster.yaml"))
  var manifest: String?
  @Option(help: "Workers to wait for before layers are placed. Default: 1, or the manifest's replicas.")
  var workers: Int?
  @Option(help: "Address to listen on. Default: 127.0.0.1, or the manifest's.")
  var host: String?
  @Option(help: "Port to listen on; 0 picks one. Default: \(Ports.router), or the manifest's.")
  var port: Int?
  @OptionGroup var model: ModelArguments
  @OptionGroup var tls: TLSOptions
  @OptionGroup var logs: LogOptions

  func run() async throws {
    let log = logs.logger("router")
    let plan = try ClusterPlan(self)
    let router = try RouterProcess(plan.router, log: log)
    Output.line("router on \(router.address), waits for \(plan.workerCount) workers")
    try await ProcessGroup(log: log).run([RouterService(router: router)])
  }
}
