import Checkpoints
import Core
import Engine
import Foundation
import Testing

/// A checkpoint that computes infinities or no numbers is reported, whatever its format, and however it is run.
@Suite struct NotFiniteTests {
  static let prompt: [TokenID] = [1, 2, 3, 4]

  @Test(arguments: [Float.nan, .infinity], [InstanceConfiguration.int8, .float32])
  func rowsAreReported(_ number: Float, _ configuration: InstanceConfiguration) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: directory) }
    let checkpoint = try Fixture.tiny("grouped-queries", with: number, inRowOf: 1, at: directory)
    let capacity = StageCapacity(contextLength: 32, sequencesMax: 1, rowsMax: 32)
    for chunk in [Int.max, 1, 3] {
      let pipeline = try Pipeline(checkpoint, configuration: configuration, capacity: capacity)
      let error = #expect(throws: OctavoError.self) {
        _ = try pipeline.generate(Self.prompt, count: 2, .greedy, chunk: chunk)
      }
      #expect(error?.code == .internal)
      #expect(error?.message.contains("not finite") == true)
    }
  }

  /// Between stages too: rounded to 8 bits, what is no number would pass for one.
  @Test(arguments: [Float.nan, .infinity], [InstanceConfiguration.int8, WireTests.int8])
  func rowsAreReportedBetweenStages(_ number: Float, _ configuration: InstanceConfiguration) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: directory) }
    let checkpoint = try Fixture.tiny("grouped-queries", with: number, inRowOf: 1, at: directory)
    let capacity = StageCapacity(contextLength: 32, sequencesMax: 1, rowsMax: 32)
    let pipeline = try Pipeline(checkpoint, stages: 2, configuration: configuration, capacity: capacity)
    let error = #expect(throws: OctavoError.self) { _ = try pipeline.generate(Self.prompt, count: 2, .greedy) }
    // An exact wire leaves it to the stage that receives the rows.
    #expect(error?.code == (configuration.wire == .exact ? .invalidArgument : .internal))
    #expect(error?.message.contains("not finite") == true)
  }
}
