import UnixSignals
import ArgumentParser
import Core
import Engine
import Foundation
import Logging
import ServiceLifecycle
import Worker

struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Runs one worker that joins a router.",
    discussion: "Loads models by name and digest from its own folder, never by a path that came over the network.")

  @Option(help: ArgumentHelp("The router to join.", valueName: "host:port"))
  var router = Ports.routerAddress
  @Option(help: ArgumentHelp("A folder with one directory a model.", valueName: "dir"))
  var models: String?
  @Option(
    help: ArgumentHelp(
      "A checkpoint beside those in --models, named like its directory. May be repeated.",
      valueName: "[name=]dir"))
  var model: [String] = []
  @Option(help: "What the stages may take together, such as 4GiB. Default: 80% of the machine's memory.")
  var memory: String?
  @Option(
    help: ArgumentHelp(
      "CPUs to pin the threads to, one each, such as 0-1,3: for this worker alone. Default: nothing is pinned.",
      valueName: "list"))
  var cpus: String?
  @Option(help: "Address to listen on, as the router and other workers reach it.")
  var host = "127.0.0.1"
  @Option(help: "Port to listen on; 0 picks one.")
  var port = 0
  @Flag(help: .hidden)
  var stopAtEndOfInput = false
  @OptionGroup var engine: EngineArguments
  @OptionGroup var tls: TLSOptions
  @OptionGroup var logs: LogOptions

  func run() async throws {
    let log = logs.logger("worker")
    let worker = try WorkerProcess(try settings(log), log: log)
    guard stopAtEndOfInput else {
      try await ProcessGroup(log: log).run([WorkerService(worker: worker)])
      return
    }
    // The terminal's Ctrl-C reaches the whole group, but it is the parent who says when its workers end.
    signal(SIGINT, SIG_IGN)
    try await ProcessGroup(log: log, signals: [.sigterm]).run(
      [WorkerService(worker: worker), EndOfInput()])
  }

  /// - Throws: INVALID_ARGUMENT for a name that is none, or two checkpoints of one name.
  private func named() throws(OctavoError) -> [ModelName: String] {
    var named: [ModelName: String] = [:]
    for text in model {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let name = try parts.count == 2 ? ModelName(parts[0]) : ModelArguments.name(of: text)
      if let other = named.updateValue(parts.last ?? text, forKey: name) {
        throw .invalid("--model", quoted(text), "\(quoted(other)) is named \(name) as well: rename one")
      }
    }
    return named
  }

  private func settings(_ log: Logger) throws(OctavoError) -> WorkerSettings {
    guard models != nil || !model.isEmpty else {
      throw OctavoError(.invalidArgument, "this worker has no models: name a folder of them with --models")
    }
    guard !["0.0.0.0", "::", "[::]"].contains(host) else {
      throw .invalid("--host", quoted(host), "name the address by which the router and other workers reach this one")
    }
    let available = ByteCount(Int(ProcessInfo.processInfo.physicalMemory / 5 * 4))
    return WorkerSettings(
      host: host, port: port, router: router, models: ModelFolder(folder: models, named: try named()),
      memory: try memory.map { text throws(OctavoError) in try ByteCount(parsing: text) } ?? available,
      engine: try engineOptions(log), serverCredentials: try tls.serverCredentials(host: host),
      channelCredentials: try tls.channelCredentials())
  }

  /// Each thread gets a CPU of `--cpus`, if they are enough.
  private func engineOptions(_ log: Logger) throws(OctavoError) -> EngineOptions {
    let usable = UsableCPUs.current
    guard let cpus else { return try engine.options(on: usable, workers: 1) }
    let own = try usable.only(cpus)
    var options = try engine.options(on: own, workers: 1)
    if let share = own.shares(workers: 1, threads: options.threads)?.first {
      options.cpus = share.cpus
      log.info("threads are pinned", metadata: ["cpus": "\(share)"])
    } else {
      log.notice("\(own.shortage(workers: 1, threads: options.threads))")
    }
    return options
  }
}
