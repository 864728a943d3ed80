import Checkpoints
import Core
import Quantization

/// Quantizes a checkpoint and prints each layer's error.
struct QuantizeCommand {
  let options: ProbeOptions

  init(_ options: ProbeOptions) { self.options = options }

  func run() throws(OctavoError) {
    let source = try Checkpoint.open(try options.text("model"))
    let report = try CheckpointQuantizer(source, to: try options.text("out")).run()
    for layer in report.layers { print(layer.name, layer.signalToNoiseDecibels, layer.errorMax) }
  }
}
