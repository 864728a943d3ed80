import ArgumentParser
import Messages

/// The `octavo` binary: one file a command, each thin over the room that does the work.
@main
struct Octavo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "octavo",
    abstract: "Serves quantized transformer models from a cluster of workers.",
    discussion: """
      Start here: `octavo quantize CHECKPOINT --out MODEL`, then `octavo serve MODEL --workers 2`, and in another \
      terminal `octavo generate "Once upon a time"`.
      """,
    version: Messages.softwareVersion,
    subcommands: [
      Serve.self, RouterCommand.self, WorkerCommand.self, Generate.self, Quantize.self, Inspect.self,
      StatusCommand.self, Synthesize.self, Bench.self,
    ])

  /// Parses, runs, and reports every failure the same way: one line on stderr, a code that scripts can tell apart.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      Failure.exit(with: error)
    }
  }
}
