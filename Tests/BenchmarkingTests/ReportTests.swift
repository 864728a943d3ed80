import Benchmarking
import Checkpoints
import Core
import Engine
import Foundation
import JSON
import Models
import Testing

/// Figures against limits, and the JSON that programs read.
@Suite struct ReportTests {
  private static let limits = MachineLimits(readBytesPerSecond: 1_000, integerOperationsPerSecond: 10_000)

  /// A round of `tokens` tokens that reads 500 bytes and does 2,000 operations in 2 seconds: half a second of
  /// reading is its limit.
  private static func speed(_ median: Double, tokens: Int = 10) -> SpeedFigure {
    var profile = StageProfile()
    profile[.head].calls = 4
    profile[.head].seconds = 1.5
    profile[.head].work.weightBytes = 400
    profile[.head].work.sumBytes = 80
    profile[.head].work.keyValueBytes = 20
    profile[.head].work.integerOperations = 2_000
    profile.microbatches = 4
    profile.rows = tokens
    profile.seconds = 2
    return SpeedFigure(tokensPerSecond: Spread([median]), profile: profile, tokens: tokens)
  }

  private static func report(_ rows: [RowResult]) throws -> BenchmarkReport {
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/kjv").path
    return BenchmarkReport(
      machine: MachineDescription(
        processor: "abacus", cores: 2, threads: 2, kernels: "portable", limits: limits, coresOfOthers: 0),
      model: ModelDescription(try Checkpoint.open(fixture), .int8), rows: rows,
      skipped: [SkippedRow(row: .decodeB4, reason: "because")])
  }

  @Test func limitsComeFromWhatARoundCannotDoWithout() {
    let figure = Self.speed(5)
    #expect(figure.limit(Self.limits) == (20, .memory))
    #expect(figure.fraction(Self.limits) == 0.25)
    var multiplying = figure
    multiplying.profile[.gateUp].work.integerOperations = 18_000
    #expect(multiplying.limit(Self.limits) == (5, .int8))
    let unknown = MachineLimits(readBytesPerSecond: 1_000, integerOperationsPerSecond: nil)
    #expect(multiplying.limit(unknown) == (20, .memory))
  }

  /// Memory that gave half as much while the row ran than at its best.
  @Test func limitsAreThoseOfTheMinute() throws {
    var figure = Self.speed(5)
    figure.readBytesPerSecond = 500
    #expect(figure.limit(Self.limits) == (10, .memory))
    #expect(figure.fraction(Self.limits) == 0.5)
    let report = try Self.report([RowResult(row: .decodeB1, figure: .speed(figure))])
    let read = try JSONSerialization.jsonObject(with: Data(try report.json(withProfile: true).text().utf8))
    let row = try #require((read as? [String: Any])?["rows"] as? [String: [String: Any]])["decode-b1"]
    #expect(row?["readBytesPerSecond"] as? Double == 500)
    #expect(row?["limitTokensPerSecond"] as? Double == 10)
    let steps = try #require((row?["profile"] as? [String: Any])?["steps"] as? [[String: Any]])
    #expect(steps[0]["fractionOfMemory"] as? Double == 500 / 1.5 / 500)
  }

  @Test func longContextsAreComparedWithShortOnes() throws {
    let near = RowResult(row: .decodeB1, figure: .speed(Self.speed(8)))
    let far = RowResult(row: .decodeB1At4096, figure: .speed(Self.speed(6)))
    #expect(try Self.report([near, far]).longContextRatio == 0.75)
    #expect(try Self.report([far]).longContextRatio == nil)
  }

  @Test func jsonHasTheShapeThatProgramsRead() throws {
    let architecture = Architecture(
      hiddenSize: 128, layerCount: 1, headCount: 1, keyValueHeadCount: 1, headSize: 128, intermediateSize: 128,
      vocabularyCount: 128, contextLength: 16)
    let memory = try StageMemory(
      architecture, architecture.wholeRange, .int8, StageCapacity(contextLength: 16, sequencesMax: 1, rowsMax: 1))
    let status = "VmHWM: 2000 kB\nVmRSS: 1000 kB\nRssFile: 0 kB\n"
    let resident = ResidentFigure(try #require(ProcessMemory(status)), memory, tokens: 7)
    let json = try Self.report([
      RowResult(row: .resident, figure: .resident(resident)),
      RowResult(row: .prefill512, figure: .speed(Self.speed(5))),
      RowResult(row: .load, figure: .load(Spread([0.5, 0.25, 1]))),
    ]).json(withProfile: true)
    let read = try JSONSerialization.jsonObject(with: Data(try json.text().utf8)) as! [String: Any]
    let rows = try #require(read["rows"] as? [String: [String: Any]])
    #expect(rows.keys.sorted() == ["load", "prefill-512", "resident"])
    #expect(rows["prefill-512"]?["tokensPerSecond"] as? [String: Double] == ["median": 5, "minimum": 5, "maximum": 5])
    #expect(rows["prefill-512"]?["limitTokensPerSecond"] as? Double == 20)
    #expect(rows["prefill-512"]?["limitedBy"] as? String == "memory")
    #expect(rows["load"]?["seconds"] as? [String: Double] == ["median": 0.5, "minimum": 0.25, "maximum": 1])
    // Seven linear layers and the head, each 128 by 128 with scales of 4 bytes and sums of 2, and three norms.
    let (weightBytes, keyValueBytes) = (8 * 128 * (128 + 4 + 2) + 3 * 128 * 4, 16 * 2 * 128 * 2)
    #expect(rows["resident"]?["bytes"] as? Int == 1_024_000)
    #expect(rows["resident"]?["weightBytes"] as? Int == weightBytes)
    #expect(rows["resident"]?["keyValueBytes"] as? Int == keyValueBytes)
    #expect(rows["resident"]?["otherBytes"] as? Int == 1_024_000 - weightBytes - keyValueBytes)
  }

  @Test func profilesNameWhatRan() throws {
    let result = RowResult(row: .decodeB1, figure: .speed(Self.speed(5)))
    func row(withProfile: Bool) throws -> [String: Any] {
      let text = try Self.report([result]).json(withProfile: withProfile).text()
      let read = try JSONSerialization.jsonObject(with: Data(text.utf8)) as! [String: Any]
      return (read["rows"] as! [String: [String: Any]])["decode-b1"]!
    }
    #expect(try row(withProfile: false)["profile"] == nil)
    let profile = try #require(try row(withProfile: true)["profile"] as? [String: Any])
    #expect(profile["otherSeconds"] as? Double == 0.5)
    let steps = try #require(profile["steps"] as? [[String: Any]])
    #expect(steps.count == 1)
    #expect(steps[0]["name"] as? String == KernelKind.head.name)
    #expect(steps[0]["calls"] as? Int == 4)
    #expect(steps[0]["share"] as? Double == 0.75)
    #expect(steps[0]["fractionOfMemory"] as? Double == 500 / 1.5 / 1_000)
    #expect(steps[0]["fractionOfInt8"] as? Double == 2_000 / 1.5 / 10_000)
  }
}
