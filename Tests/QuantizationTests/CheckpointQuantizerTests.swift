import Checkpoints
import Core
import Foundation
import Models
import Quantization
import Testing

@Suite struct CheckpointQuantizerTests {
  private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/kjv").path

  /// A directory that goes away with the test.
  private final class Scratch {
    let path: String

    init() throws {
      path = FileManager.default.temporaryDirectory.appending(path: "octavo-\(UUID())").path
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var contents: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
  }

  @Test func writesACheckpointThatOpens() throws {
    let scratch = try Scratch()
    let source = try Checkpoint.open(Self.fixture)
    let destination = scratch.path + "/kjv-int8"
    var seen: [Int] = []
    let report = try CheckpointQuantizer(source, to: destination).run { done, _, _ in seen.append(done) }
    #expect(scratch.contents == ["kjv-int8"])
    let quantized = try Checkpoint.open(destination)
    #expect(quantized.architecture == source.architecture)
    #expect(quantized.quantization == .int8(activations: .affineGroups(128), ignored: ["lm_head"]))
    #expect(seen == Array(1...source.architecture.tensors(of: source.architecture.wholeRange).count))
    #expect(report.layers.count == 56)
    #expect(report.layers.allSatisfy { (38...50).contains($0.signalToNoiseDecibels) && $0.errorMax > 0 })
    #expect(report.writtenBytes < report.sourceBytes * 6 / 10)
    for name in ["tokenizer.json", "tokenizer_config.json", "generation_config.json"] {
      let copied = FileManager.default.contents(atPath: "\(destination)/\(name)")
      #expect(copied != nil && copied == FileManager.default.contents(atPath: "\(Self.fixture)/\(name)"))
    }
  }

  /// Every weight is within half a step of its source, or a clamped step, and floats are untouched.
  @Test func tensorsFollowTheRule() throws {
    let scratch = try Scratch()
    let source = try Checkpoint.open(Self.fixture)
    let report = try CheckpointQuantizer(source, to: scratch.path + "/q").run()
    let quantized = try Checkpoint.open(scratch.path + "/q")
    let architecture = source.architecture
    for (index, spec) in architecture.linears(ofLayer: 0).enumerated() {
      let weights = try source.tensor(spec.weightName).floats()
      let scales = try quantized.weightScales(of: spec)
      let integers = try quantized.tensor(spec.weightName).withBytes { bytes in
        (0..<bytes.byteCount).map { Int8(bitPattern: bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)) }
      }
      var largest: Float = 0
      for (place, weight) in weights.enumerated() {
        let scale = scales[place / spec.inputChannels]
        #expect(integers[place] == Int8(min(max((weight / scale).rounded(.toNearestOrEven), -127), 127)))
        largest = max(largest, abs(weight - Float(integers[place]) * scale))
      }
      #expect(report.layers[index].name == spec.name)
      #expect(report.layers[index].errorMax == largest)
    }
    for name in [architecture.embeddingName, architecture.finalNormName] {
      #expect(try quantized.tensor(name).floats() == source.tensor(name).floats())
    }
  }

  @Test func refusesWhatCannotBeDone() throws {
    let scratch = try Scratch()
    let source = try Checkpoint.open(Self.fixture)
    _ = try CheckpointQuantizer(source, to: scratch.path + "/once").run()
    let quantized = try Checkpoint.open(scratch.path + "/once")
    #expect(code { try CheckpointQuantizer(source, to: scratch.path + "/once") } == .alreadyExists)
    #expect(code { try CheckpointQuantizer(quantized, to: scratch.path + "/twice") } == .failedPrecondition)
    #expect(code { try CheckpointQuantizer(source, to: scratch.path + "/no/where") } == .notFound)
    #expect(code { try CheckpointQuantizer(source, to: scratch.path + "/a name") } == .invalidArgument)
    #expect(code { try CheckpointQuantizer(source, to: "/") } == .invalidArgument)
    #expect(scratch.contents == ["once"])
  }

  /// Weights that cannot be quantized, and a destination that appears while it runs, leave nothing behind.
  @Test func leavesNothingBehindOnFailure() throws {
    let scratch = try Scratch()
    let broken = scratch.path + "/broken"
    try FileManager.default.createDirectory(atPath: broken, withIntermediateDirectories: false)
    let config = try #require(FileManager.default.contents(atPath: Self.fixture + "/config.json"))
    try config.write(to: URL(fileURLWithPath: broken + "/config.json"))
    var model = try #require(FileManager.default.contents(atPath: Self.fixture + "/model.safetensors"))
    // bf16 infinities over the last megabyte, which holds layers' weights.
    for offset in stride(from: model.count - (1 << 20), to: model.count, by: 2) {
      model[offset] = 0x80
      model[offset + 1] = 0x7f
    }
    try model.write(to: URL(fileURLWithPath: broken + "/model.safetensors"))
    let source = try Checkpoint.open(broken)
    #expect(code { try CheckpointQuantizer(source, to: scratch.path + "/out").run() } == .invalidArgument)
    let late = try CheckpointQuantizer(try Checkpoint.open(Self.fixture), to: scratch.path + "/late")
    try FileManager.default.createDirectory(atPath: scratch.path + "/late", withIntermediateDirectories: false)
    #expect(code { try late.run() } == .alreadyExists)
    #expect(scratch.contents == ["broken", "late"])
  }

  private func code(_ body: () throws -> Any) -> StatusCode? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? OctavoError)?.code
    }
  }
}
