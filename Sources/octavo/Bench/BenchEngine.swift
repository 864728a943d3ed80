import ArgumentParser
import Benchmarking
import Core
import Engine

struct BenchEngine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engine",
    abstract: "Measures an engine in this process against the limits of the machine.",
    discussion: """
      Rows: \(BenchmarkRow.allCases.map(\.rawValue).joined(separator: ", ")). Each is the median of the rounds, with \
      its minimum and maximum, beside the speed at which this machine's memory or its multipliers would be busy all \
      the time. What memory gives is read between the rounds, because on a shared machine it changes within minutes. \
      Run it on a quiet machine.
      """)

  @Argument(help: ArgumentHelp("The checkpoint's directory.", valueName: "model"))
  var model: String
  @OptionGroup var engine: EngineArguments
  @Option(help: "Type of K and V: \(KeyValueFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var kv: String = InstanceConfiguration.int8.keyValue.rawValue
  @Option(help: ArgumentHelp("Only these rows.", valueName: "row,row"))
  var only: String?
  @Option(help: "Timed repetitions of each row.")
  var rounds = 5
  @Flag(help: "Show where the time of a token goes, step by step.")
  var profile = false
  @Flag(help: "Print one JSON object instead of tables.")
  var json = false

  func run() throws {
    let benchmark = try EngineBenchmark(model, try settings())
    var bar = ProgressBar()
    defer { bar.finish() }
    let report = try benchmark.run { fraction, row in bar.update(fraction, row) }
    bar.finish()
    if json {
      try Output.json(report.json(withProfile: profile))
    } else {
      Output.write(BenchTable(report, withProfile: profile).text)
    }
  }

  private func settings() throws(OctavoError) -> BenchmarkSettings {
    var configuration = InstanceConfiguration.int8
    guard let format = KeyValueFormat(rawValue: kv) else {
      let known = KeyValueFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalid("--kv", quoted(kv), "use one of \(known)")
    }
    configuration.keyValue = format
    let usable = UsableCPUs.current
    var options = try engine.options(on: usable, workers: 1)
    options.cpus = usable.shares(workers: 1, threads: options.threads)?.first?.cpus ?? []
    return try BenchmarkSettings(rows: try rows(), rounds: rounds, configuration: configuration, options: options)
  }

  /// In the order in which rows are measured, whatever the order on the command line.
  private func rows() throws(OctavoError) -> [BenchmarkRow]? {
    guard let only else { return nil }
    var wanted: Set<BenchmarkRow> = []
    for name in only.split(separator: ",", omittingEmptySubsequences: false) {
      guard let row = BenchmarkRow(rawValue: String(name)) else {
        let known = BenchmarkRow.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalid("--only", quoted(String(name)), "use some of \(known)")
      }
      wanted.insert(row)
    }
    return BenchmarkRow.allCases.filter { wanted.contains($0) }
  }
}
