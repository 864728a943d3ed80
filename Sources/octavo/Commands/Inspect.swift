import ArgumentParser
import Checkpoints

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what a checkpoint holds: architecture, layers, formats, bytes.")

  @Argument(help: ArgumentHelp("The checkpoint's directory.", valueName: "model"))
  var model: String
  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  func run() throws {
    let inspection = Inspection(try Checkpoint.open(model))
    Output.line(json ? try inspection.json() : inspection.table)
  }
}
