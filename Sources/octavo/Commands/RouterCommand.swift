import ArgumentParser
import Core
import Foundation
import Logging
import Router

struct RouterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "router", abstract: "Runs one router that workers join.",
    discussion: "Workers are started apart, on this machine or others: `octavo worker --router HOST:PORT`.")

  @OptionGroup var cluster: ClusterArguments
  @OptionGroup var logs: LogOptions

  func run() async throws {
    let log = logs.logger("router")
    let settings = try cluster.settings(for: try cluster.resolved())
    let router = try RouterProcess(settings, log: log)
    Output.line("router on \(router.address), waits for \(settings.workersExpected) workers")
    try await ProcessGroup(log: log).run([RouterService(router: router)])
  }
}
