import ArgumentParser
import Core
import Foundation
import Logging
import Router
import Telemetry

struct RouterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "router", abstract: "Runs one router that workers join.",
    discussion: "Workers are started apart, on this machine or others: `octavo worker --router HOST:PORT`.")

  @OptionGroup var cluster: ClusterArguments
  @OptionGroup var logs: LogOptions

  func run() async throws {
    let log = logs.logger("router")
    let manifest = try cluster.resolved()
    let settings = try cluster.settings(for: manifest)
    let metrics = try await cluster.metricsServices(for: manifest, MetricsRegistry(), log: log)
    let router = try RouterProcess(settings, log: log)
    Output.line("router on \(router.address), waits for \(settings.workersExpected) workers")
    try await ProcessGroup(log: log).run(metrics + [RouterService(router: router)])
  }
}
