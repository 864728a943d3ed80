import ArgumentParser

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures an engine in this process, or a running cluster under load.",
    discussion: "`octavo bench MODEL` is `octavo bench engine MODEL`.",
    subcommands: [BenchEngine.self, BenchLoad.self],
    defaultSubcommand: BenchEngine.self)
}
