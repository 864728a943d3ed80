import CKernels
import Checkpoints
import Core
import Engine
import Models
import TestSupport
import Testing

/// Activations of 8 bits between stages: what travels, what is refused, and that bits depend on nothing but the cut.
@Suite struct WireTests {
  static let int8 = InstanceConfiguration(precision: .int8, head: .int8, keyValue: .float16, wire: .int8)

  /// The rule in words: lo = min(x, 0), hi = max(x, 0), scale = (hi - lo) / 255, zero = rint(-lo / scale),
  /// q = clamp(rint(x / scale) + zero, 0, 255); all values, then all scales, then all zero points.
  private static func encoded(_ rows: [[Float]]) -> (bytes: [UInt8], floats: [[Float]]) {
    var (values, scales, zeros): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
    let floats = rows.map { row in
      stride(from: 0, to: row.count, by: 128).flatMap { start -> [Float] in
        let group = row[start..<min(start + 128, row.count)]
        let (low, high) = (min(group.min()!, 0), max(group.max()!, 0))
        let scale = high == low ? 1 : (high - low) / 255
        let zero = min((-low / scale).rounded(.toNearestOrEven), 255)
        let q = group.map { min(max(($0 / scale).rounded(.toNearestOrEven) + zero, 0), 255) }
        values += q.map { UInt8($0) }
        withUnsafeBytes(of: scale.bitPattern.littleEndian) { scales += $0 }
        zeros.append(UInt8(zero))
        return q.map { ($0 - zero) * scale }
      }
    }
    return (values + scales + zeros, floats)
  }

  private static func rows(_ activations: [UInt8], hiddenSize: Int) -> [[Float]] {
    let floats = activations.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
    return stride(from: 0, to: floats.count, by: hiddenSize).map { Array(floats[$0..<$0 + hiddenSize]) }
  }

  /// 72 channels are one short group, 256 two whole ones.
  @Test(arguments: ["grouped-queries", "kjv"], KernelChoice.availableCases)
  func aStageSendsWhatTheRuleSays(_ model: String, _ kernels: KernelChoice) throws {
    let checkpoint = model == "kjv" ? try Fixture.open() : try Fixture.tiny(model)
    let exact = try activations(checkpoint, .int8, kernels)
    let seen = try activations(checkpoint, Self.int8, kernels)
    let rows = Self.rows(exact, hiddenSize: checkpoint.architecture.hiddenSize)
    #expect(rows.count == 30)
    #expect(seen == Self.encoded(rows).bytes)
    #expect(seen.count == 30 * WireFormat.int8.bytes(hiddenSize: checkpoint.architecture.hiddenSize))
  }

  /// A stage that takes the bytes does what one that takes the floats they stand for does.
  @Test(arguments: ["grouped-queries", "kjv"])
  func aStageReadsWhatTheRuleSays(_ model: String) throws {
    let checkpoint = model == "kjv" ? try Fixture.open() : try Fixture.tiny(model)
    let rows = Self.rows(try activations(checkpoint, .int8), hiddenSize: checkpoint.architecture.hiddenSize)
    let (bytes, floats) = Self.encoded(rows)
    let flat = floats.flatMap { $0 }
    let expected = try last(checkpoint, .int8).run(Self.frame(index: 1), activations: flat.span.bytes)
    // At an odd address, as in a frame.
    let shifted = [0] + bytes
    let seen = try last(checkpoint, Self.int8).run(
      Self.frame(index: 1), activations: shifted.span.extracting(1...).bytes)
    #expect(seen == expected)
  }

  @Test(arguments: [
    SameBitsTests.Run(stages: 3, threads: 3), SameBitsTests.Run(stages: 3, chunk: 1),
    SameBitsTests.Run(stages: 3, threads: 2, kernels: .portable, chunk: 17),
  ])
  func bitsDependOnTheCutAlone(_ run: SameBitsTests.Run) throws {
    let checkpoint = try Fixture.open()
    let (prompt, sampling) = (SameBitsTests.prompt, SameBitsTests.drawn)
    let plain = try Pipeline(checkpoint, stages: 3, configuration: Self.int8)
    let expected = try plain.generate(prompt, count: 12, sampling)
    let other = try Pipeline(
      checkpoint, stages: run.stages, configuration: Self.int8,
      options: EngineOptions(kernels: run.kernels, threads: run.threads))
    #expect(try other.generate(prompt, count: 12, sampling, chunk: run.chunk).bits == expected.bits)
    let exact = try Pipeline(checkpoint, stages: 3).generate(prompt, count: 12, sampling)
    #expect(exact.bits != expected.bits)
  }

  @Test func oneStageHasNoWire() throws {
    let checkpoint = try Fixture.open()
    let exact = try Pipeline(checkpoint).generate(SameBitsTests.prompt, count: 5, SameBitsTests.drawn)
    let int8 = try Pipeline(checkpoint, configuration: Self.int8)
    #expect(try int8.generate(SameBitsTests.prompt, count: 5, SameBitsTests.drawn).bits == exact.bits)
  }

  @Test func refusesOtherSizesAndBadScales() throws {
    let checkpoint = try Fixture.open()
    let engine = try last(checkpoint, Self.int8)
    let good = try activations(checkpoint, Self.int8)
    for bytes in [[], Array(good.dropLast()), good + [0], [UInt8](repeating: 0, count: 30 * 256 * 4)] {
      #expect(throws: OctavoError.self) { try engine.run(Self.frame(index: 1), activations: bytes.span.bytes) }
    }
    let scales = 30 * 256
    for bad in [Float.nan, .infinity, -.infinity, -1e-3, 3e38, -.leastNonzeroMagnitude] {
      // The first, one in the middle and the last.
      for index in [0, 31, 59] {
        var bytes = good
        withUnsafeBytes(of: bad.bitPattern.littleEndian) {
          bytes.replaceSubrange(scales + 4 * index..<scales + 4 * index + 4, with: $0)
        }
        let error = #expect(throws: OctavoError.self) {
          try engine.run(Self.frame(index: 1), activations: bytes.span.bytes)
        }
        #expect(error?.code == .invalidArgument)
      }
    }
    #expect(engine.openSequenceCount == 0)
    _ = try engine.run(Self.frame(index: 1), activations: good.span.bytes)
    #expect(engine.openSequenceCount == 1)
  }

  /// Bits that no rule would make, but that may come: whatever they are, they are numbers.
  @Test func anyValuesAreNumbers() throws {
    let checkpoint = try Fixture.open()
    var generator = SeededGenerator(seed: 1)
    var bytes = try activations(checkpoint, Self.int8)
    for index in bytes.indices where !(30 * 256..<30 * 256 + 240).contains(index) {
      bytes[index] = UInt8.random(in: 0...255, using: &generator)
    }
    let engine = try last(checkpoint, Self.int8)
    let answer = try engine.run(Self.frame(index: 1), activations: bytes.span.bytes)
    guard case .sampled(let tokens, _) = answer else { fatalError("the last stage samples") }
    #expect(tokens.count == 1)
  }

  private static func frame(index: Int) -> Microbatch {
    let id = SequenceID(1)
    let tokens = (0..<30).map { TokenID($0 * 3 + 1) }
    return .frame(
      route: [
        Hop(stage: StageID(instance: InstanceID("test"), index: index), grants: [.grant(id, [0, 1])])
      ], openings: [.opening(id, tokens)], segments: [.segment(id, 0, tokens, samples: true)])
  }

  private static let capacity = StageCapacity(contextLength: 64, sequencesMax: 1, rowsMax: 32)

  /// What the first of two stages sends for 30 rows.
  private func activations(
    _ checkpoint: Checkpoint, _ configuration: InstanceConfiguration, _ kernels: KernelChoice = .automatic
  ) throws -> [UInt8] {
    let engines = try [StageEngine].stages(
      2, of: checkpoint, configuration, Self.capacity, EngineOptions(kernels: kernels, threads: 2))
    guard case .activations(let bytes) = try engines[0].run(Self.frame(index: 0)) else {
      fatalError("the first of two stages sends activations")
    }
    return bytes
  }

  private func last(_ checkpoint: Checkpoint, _ configuration: InstanceConfiguration) throws -> StageEngine {
    try [StageEngine].stages(2, of: checkpoint, configuration, Self.capacity)[1]
  }
}
