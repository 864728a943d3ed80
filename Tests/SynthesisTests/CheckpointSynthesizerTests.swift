import Checkpoints
import Core
import Foundation
import Models
import Quantization
import Synthesis
import Testing

@Suite struct CheckpointSynthesizerTests {
  /// One of each family's configurations and tokenizers.
  static let names = ["llama-2-7b", "llama-3.1-8b", "llama-3.2-1b", "qwen2.5-0.5b", "mistral-7b"]

  @discardableResult
  private func make(_ model: PublicModel, _ options: SynthesisOptions = .init(), to path: String) throws -> Checkpoint {
    _ = try CheckpointSynthesizer(model, options, to: path).run()
    return try Checkpoint.open(path)
  }

  /// The configuration reads back as what it was made from, whatever the family.
  @Test(arguments: names) func opensAsTheModelItImitates(name: String) throws {
    let scratch = try Scratch()
    let model = try PublicModel.narrow(name)
    var done = 0
    let bytes = try CheckpointSynthesizer(model, .init(), to: scratch.path + "/m").run { written, total, _ in
      #expect(written > done && total == model.architecture.parameterCount)
      done = written
    }
    #expect(done == model.architecture.parameterCount)
    #expect(bytes == ByteCount(2 * model.architecture.parameterCount))
    let checkpoint = try Checkpoint.open(scratch.path + "/m")
    #expect(checkpoint.architecture == model.architecture)
    #expect(checkpoint.quantization == .none)
    #expect(scratch.names == ["m"])
    let files = [
      "config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
    ]
    #expect(try scratch.files("m").keys.sorted() == files)
  }

  @Test func weightsAreNearNormal() throws {
    let scratch = try Scratch()
    let model = try PublicModel.narrow("qwen2.5-0.5b")
    let checkpoint = try make(model, to: scratch.path + "/m")
    let weights = try checkpoint.tensor(model.architecture.embeddingName).floats().map { Double($0) / 0.02 }
    let count = Double(weights.count)
    // Over four million weights: each bound is some ten deviations of what it holds.
    #expect(abs(weights.reduce(0, +) / count) < 0.005)
    #expect(abs(weights.reduce(0) { $0 + $1 * $1 } / count - 1) < 0.01)
    for (bound, share) in [(0.5, 0.38292), (1, 0.68269), (2, 0.95450), (3, 0.99730)] {
      #expect(abs(Double(weights.count { abs($0) < bound }) / count - share) < 0.003)
    }
    #expect((4...4.5).contains(weights.max() ?? 0) && (-4.5 ... -4).contains(weights.min() ?? 0))
    #expect(try checkpoint.tensor(model.architecture.finalNormName).floats().allSatisfy { $0 == 1 })
    let bias = try checkpoint.tensor("model.layers.1.self_attn.q_proj.bias").floats()
    #expect(Set(bias).count > 20 && bias.allSatisfy { abs($0) < 0.1 })
  }

  /// These bits are a promise: results that were measured on them name only a model and a seed.
  @Test func bitsStayWhatTheyAre() throws {
    let scratch = try Scratch()
    let checkpoint = try make(try .narrow("mistral-7b", vocabularyCount: 1_000), to: scratch.path + "/m")
    let bits = try checkpoint.tensor("model.layers.0.mlp.down_proj.weight").withBytes { bytes in
      [0, 1, 36, 37, 28 * 37 - 1].map { bytes.unsafeLoad(fromByteOffset: 2 * $0, as: UInt16.self) }
    }
    #expect(bits == [15_469, 48_365, 47_257, 48_271, 48_257])
  }

  @Test(arguments: [false, true]) func sameOptionsGiveTheSameBytes(isQuantized: Bool) throws {
    let scratch = try Scratch()
    let model = try PublicModel.narrow("llama-2-7b", vocabularyCount: 1_000)
    for (name, seed) in [("one", 7), ("two", 7), ("other", 8)] as [(String, UInt64)] {
      try make(model, SynthesisOptions(seed: seed, isQuantized: isQuantized), to: "\(scratch.path)/\(name)")
    }
    let one = try scratch.files("one")
    #expect(try one == scratch.files("two"))
    #expect(try one["model.safetensors"] != scratch.files("other")["model.safetensors"])
  }

  /// Rows and tensors differ from each other: nothing is a copy.
  @Test func noTwoRowsAreEqual() throws {
    let scratch = try Scratch()
    let model = try PublicModel.narrow("llama-2-7b", vocabularyCount: 1_000)
    let checkpoint = try make(model, to: scratch.path + "/m")
    var rows = Set<[Float]>()
    var count = 0
    for spec in (0..<2).flatMap({ model.architecture.linears(ofLayer: $0) }) {
      let weights = try checkpoint.tensor(spec.weightName).floats()
      for start in stride(from: 0, to: weights.count, by: spec.inputChannels) {
        // Two rows of different lengths may be equal as far as the shorter goes.
        rows.insert(Array(weights[start..<start + 28]))
        count += 1
      }
    }
    #expect(rows.count == count)
  }

  @Test func fewerLayersAreTheFirstOnes() throws {
    let scratch = try Scratch()
    let model = try PublicModel.narrow("qwen2.5-0.5b")
    let whole = try make(model, to: scratch.path + "/whole")
    let part = try make(model, SynthesisOptions(layerCount: 1), to: scratch.path + "/part")
    #expect(part.architecture.layerCount == 1)
    #expect(part.tensorNames == whole.tensorNames.filter { !$0.hasPrefix("model.layers.1.") })
    for name in part.tensorNames {
      #expect(try part.tensor(name).floats() == whole.tensor(name).floats())
    }
  }

  /// File by file and byte for byte, the configuration too.
  @Test(arguments: ["llama-3.2-1b", "qwen2.5-0.5b", "mistral-7b"]) func int8IsWhatQuantizingGives(name: String) throws {
    let scratch = try Scratch()
    let model = try PublicModel.narrow(name)
    let source = try make(model, SynthesisOptions(seed: 3), to: scratch.path + "/bf16")
    _ = try CheckpointQuantizer(source, to: scratch.path + "/quantized").run()
    try make(model, SynthesisOptions(seed: 3, isQuantized: true), to: scratch.path + "/int8")
    let (quantized, made) = (try scratch.files("quantized"), try scratch.files("int8"))
    #expect(quantized.keys.sorted() == made.keys.sorted())
    for (file, contents) in quantized { #expect(made[file] == contents, "\(file)") }
  }

  @Test func refusesWhatCannotBeDone() throws {
    let scratch = try Scratch()
    let model = try PublicModel.narrow("llama-2-7b", vocabularyCount: 1_000)
    try make(model, to: scratch.path + "/once")
    func code(_ layers: Int?, _ path: String, _ model: PublicModel) -> StatusCode? {
      do throws(OctavoError) {
        _ = try CheckpointSynthesizer(model, SynthesisOptions(layerCount: layers), to: scratch.path + path)
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code(nil, "/once", model) == .alreadyExists)
    #expect(code(nil, "/no/where", model) == .notFound)
    #expect(code(nil, "/a name", model) == .invalidArgument)
    for layers in [0, -1, 3] { #expect(code(layers, "/m", model) == .invalidArgument) }
    #expect(code(2, "/m", model) == nil)
    // Some 30 TB, for which no machine that runs tests has room; nothing is written before that is known.
    var largest = try PublicModel.named("llama-3.1-405b")
    largest.architecture.layerCount = 4_000
    largest.architecture.intermediateSize = 65_536
    largest.architecture.vocabularyCount = 1 << 22
    #expect(code(nil, "/m", largest) == .resourceExhausted)
    #expect(scratch.names == ["once"])
  }

  @Test func leavesNothingBehindOnFailure() throws {
    let scratch = try Scratch()
    let late = try CheckpointSynthesizer(
      try .narrow("llama-2-7b", vocabularyCount: 1_000), .init(), to: scratch.path + "/late")
    try FileManager.default.createDirectory(atPath: scratch.path + "/late", withIntermediateDirectories: false)
    let error = #expect(throws: OctavoError.self) { try late.run() }
    #expect(error?.code == .alreadyExists)
    #expect(scratch.names == ["late"])
  }
}
