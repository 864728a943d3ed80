import ArgumentParser
import Client
import Core
import LoadTesting
import Messages
import RPC

struct BenchLoad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Loads a running cluster with requests and measures what it makes of them.",
    discussion: """
      Requests come in an open loop (--rate, --sweep, --trace), where no arrival waits for an answer, or in a closed \
      one (--concurrency), where each stream sends its next request when one has ended. The same options and seed \
      give the same requests. In an open loop latencies count from the moment at which a request was due.

      Figures are of a window: with --rate, --sweep and --trace all the time in which requests come, less --warmup \
      and --cooldown; with --concurrency the time in which every stream has its first token and not yet its last \
      one, the steady middle (--window load and --window all measure more). A rate counts a token for the share of \
      the time since the one before it that lies in the window, and a prompt when its first token comes. Times \
      between tokens count if they end in the window, other latencies if their request was due while requests came. \
      A request that meets --objective was answered to its end within every limit.
      """)

  @Option(help: ArgumentHelp("The router.", valueName: "host:port"))
  var router = Ports.routerAddress
  @Option(help: "The model's name. Default: the only one served.")
  var model = ""
  @OptionGroup(title: "Arrivals") var arrivals: ArrivalArguments
  @OptionGroup(title: "Requests") var workload: WorkloadArguments
  @OptionGroup(title: "Measurement") var measurement: MeasurementArguments
  @Option(help: ArgumentHelp("Connections. Default: one for every \(LoadConnections.streamsPerConnection) streams."))
  var connections: Int?
  @Option(help: ArgumentHelp("Write a plot of latency against load, one point a run.", valueName: "file.svg"))
  var plot: String?
  @Flag(help: "Print one JSON object instead of tables.")
  var json = false
  @OptionGroup(title: "Connection") var tls: TLSOptions

  func run() async throws {
    let runs = try settings()
    let target = try plot.map { path throws(OctavoError) in try PlotFile(path) }
    let connections = try LoadConnections(
      address: router, credentials: try tls.channelCredentials(), count: connections,
      inFlight: runs.map { $0.streams ?? $0.inFlight }.max() ?? 1)
    let result: Result<LoadReport, OctavoError>
    do throws(OctavoError) {
      result = .success(try await measure(runs, over: connections))
    } catch {
      result = .failure(error)
    }
    await connections.close()
    let report = try result.get()
    try target?.write(report)
    if json { try Output.json(report.json) } else { Output.write(LoadTable(report).text) }
    if let failure = report.failure { throw failure }
  }

  private func settings() throws(OctavoError) -> [LoadSettings] {
    let workload = try workload.settings(isTraced: arrivals.trace != nil)
    var runs: [LoadSettings] = []
    for pattern in try arrivals.patterns() {
      runs.append(
        try LoadSettings(
          arrivals: pattern, requests: arrivals.requests, duration: try arrivals.durationNanoseconds(),
          inFlight: arrivals.inFlight, timeout: try arrivals.timeoutNanoseconds(),
          window: try measurement.window(isOpen: pattern.isOpen), objective: try measurement.parsedObjective(),
          workload: workload))
    }
    return runs
  }

  private func measure(
    _ runs: [LoadSettings], over connections: LoadConnections
  ) async throws(OctavoError) -> LoadReport {
    let found = try await connections.model(named: model)
    let bar = LoadBar(runs: runs.count)
    defer { bar.finish() }
    var results: [LoadResult] = []
    for (index, settings) in runs.enumerated() {
      let run = try LoadRun(settings, against: found, over: connections)
      results.append(try await run.perform { progress in bar.update(progress, run: index) })
    }
    return LoadReport(
      model: found.name.text, digest: found.digest.hexadecimal, contextLength: found.contextLength,
      vocabularySize: found.vocabularySize, workload: runs[0].workload, connections: connections.count, runs: results)
  }
}
