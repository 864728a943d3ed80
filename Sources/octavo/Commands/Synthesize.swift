import ArgumentParser
import Core
import JSON
import Models
import Synthesis

struct Synthesize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a checkpoint of a real model's shape with seeded random weights, for benchmarks.",
    discussion: """
      Speed and memory are a real model's, its text is noise. The configuration is the published one, the weights \
      are bfloat16, near normal with a deviation of 0.02, and the byte-level tokenizer fills the vocabulary. The \
      same name, options and seed give the same bytes. The destination appears whole or not at all.

      Names: \(PublicModel.all.map(\.name).joined(separator: ", ")).
      """)

  @Option(help: ArgumentHelp("The model to imitate.", valueName: "name"))
  var like: String
  @Option(help: ArgumentHelp("The directory to make; its name becomes the model's.", valueName: "dir"))
  var out: String
  @Flag(name: .customLong("int8"), help: "Write INT8 linear layers, as `octavo quantize` would.")
  var isQuantized = false
  @Option(help: "Another seed gives other weights.")
  var seed: UInt64 = 0
  @Option(help: "Write only the first layers, for tests. (default: all)")
  var layers: Int?
  @Flag(help: "Print one JSON object instead of a line.")
  var json = false

  func run() throws {
    let options = SynthesisOptions(seed: seed, layerCount: layers, isQuantized: isQuantized)
    let synthesizer = try CheckpointSynthesizer(try PublicModel.named(like), options, to: out)
    var bar = ProgressBar()
    defer { bar.finish() }
    let bytes = try synthesizer.run { done, total, tensor in bar.update(Double(done) / Double(total), tensor) }
    bar.finish()
    guard json else { return Output.line("\(bytes) of tensors written to \(out)") }
    try Output.json(.object(["path": .string(out), "tensorBytes": .integer(bytes.bytes)]))
  }
}
