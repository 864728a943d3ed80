import Checkpoints
import Core
import JSON
import Testing

@Suite struct InspectionTests {
  @Test func countsTheFixture() throws {
    let inspection = Inspection(try Checkpoint.open(FixtureTests.directory))
    #expect(inspection["model", "parameters"] == .number(6_820_096))
    #expect(inspection["formats", "linears"] == .text("BF16"))
    #expect(inspection["formats", "activations"] == .text("not quantized"))
    #expect(inspection["storage", "embeddingBytes"] == .bytes(ByteCount(2_048 * 256 * 2)))
    #expect(inspection["storage", "normsBytes"] == .bytes(ByteCount(17 * 256 * 2)))
    #expect(inspection["storage", "linearsBytes"] == .bytes(ByteCount(2 * (6_820_096 - 2_048 * 256 - 17 * 256))))
    #expect(inspection["storage", "totalBytes"] == .bytes(ByteCount(13_648_208)))
    #expect(inspection["memory", "keyValueFloat16BytesPerToken"] == .bytes(ByteCount(8 * 2 * 2 * 64 * 2)))
    #expect(inspection["memory", "keyValueInt8BytesPerToken"] == .bytes(ByteCount(8 * 2 * 2 * (64 + 4))))
  }

  @Test func tellsFormatsApart() throws {
    let own = Inspection(try TinyCheckpoint.int8().open())
    #expect(own["formats", "linears"] == .text("I8"))
    #expect(own["formats", "head"] == .text("BF16"))
    #expect(own["formats", "activations"] == .text("8 bits, affine, per token and group of 128 channels"))
    #expect(own["formats", "ignored"] == .text("'lm_head'"))
    let foreign = Inspection(try QuantizationConfigurationTests.isStatic(symmetric: true).open())
    #expect(foreign["formats", "activations"] == .text("8 bits, symmetric, per tensor, static"))
  }

  @Test func printsATableAndJSON() throws {
    let inspection = Inspection(try TinyCheckpoint().open())
    let lines = inspection.table.split(separator: "\n")
    #expect(lines[0] == "Model")
    #expect(lines.contains("  parameters              1,320"))
    #expect(lines.contains("  head tied to embedding  no"))
    let document = JSONField(
      try JSON.parse(Array(try inspection.json().utf8), limits: .configuration), source: "inspection")
    #expect(try document["architecture"]["layers"].integer(in: 0...9) == 2)
    #expect(try document["model"]["parameters"].integer(in: 0...9_999) == 1_320)
    #expect(try document["architecture"]["endTokens"].items().isEmpty)
    #expect(try document["architecture"]["headIsTied"].bool() == false)
  }
}
