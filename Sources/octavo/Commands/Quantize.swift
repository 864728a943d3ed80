import ArgumentParser
import Checkpoints
import Core
import Quantization

struct Quantize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rewrites a Hugging Face checkpoint with INT8 linear layers.",
    discussion: """
      Weights become int8, symmetric, one scale an output channel (compressed-tensors' int-quantized layout); \
      embedding, norms and head stay as they are. Prints the error of every layer. The destination appears whole or \
      not at all.
      """)

  @Argument(help: ArgumentHelp("The checkpoint to quantize.", valueName: "src"))
  var source: String
  @Option(help: ArgumentHelp("The directory to make; its name becomes the model's.", valueName: "dst"))
  var out: String
  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  func run() throws {
    let quantizer = try CheckpointQuantizer(try Checkpoint.open(source), to: out)
    var bar = ProgressBar()
    defer { bar.finish() }
    let report = try quantizer.run { done, total, tensor in bar.update(Double(done) / Double(total), tensor) }
    bar.finish()
    if json { try Output.json(QuantizationTable(report).json) } else { Output.write(QuantizationTable(report).text) }
  }
}
