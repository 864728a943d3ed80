import Checkpoints
import Core
import Testing

/// Headers that broke other readers, each as real bytes.
@Suite struct HeaderTests {
  static func tensor(_ name: String, _ dtype: String = "BF16", _ shape: String, _ offsets: String) -> String {
    "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  func expect(
    _ raw: RawSafetensors, _ code: StatusCode, _ part: String, location: SourceLocation = #_sourceLocation
  ) throws {
    let error = try raw.refusal()
    #expect(error?.code == code, sourceLocation: location)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "opened")", sourceLocation: location)
  }

  @Test func refusesShapesWhoseProductWraps() throws {
    let header = "{\(Self.tensor("a", "F32", "[4194305,4194305,211106198978564]", "[0,16]"))}"
    try expect(RawSafetensors(header, dataBytes: 16), .invalidArgument, "does not fit 64 bits")
    let wrapsToZero = "{\(Self.tensor("a", "F32", "[4294967296,4294967296]", "[0,0]"))}"
    try expect(RawSafetensors(wrapsToZero), .invalidArgument, "does not fit 64 bits")
  }

  @Test func refusesAHundredThousandEntries() throws {
    let entries = (0..<100_000).map { Self.tensor("t\($0)", "I8", "[1]", "[\($0),\($0 + 1)]") }
    let header = "{\(entries.joined(separator: ","))}"
    try expect(RawSafetensors(header, dataBytes: 100_000), .resourceExhausted, "at most")
  }

  @Test func refusesOffsetsShorterThanTheShape() throws {
    let header = "{\(Self.tensor("a", "F32", "[4,4]", "[0,60]"))}"
    try expect(RawSafetensors(header, dataBytes: 60), .invalidArgument, "takes 64")
  }

  @Test func refusesOffsetsLongerThanTheShape() throws {
    let header = "{\(Self.tensor("a", "F32", "[4,4]", "[0,68]"))}"
    try expect(RawSafetensors(header, dataBytes: 68), .invalidArgument, "takes 64")
  }

  @Test(arguments: ["[0]", "[4,0]", "[0,4611686018427387904,8]"]) func refusesTensorsOfNothing(shape: String) throws {
    let header = "{\(Self.tensor("a", "I8", "[4]", "[0,4]")),\(Self.tensor("b", "F32", shape, "[0,0]"))}"
    try expect(RawSafetensors(header, dataBytes: 4), .invalidArgument, "b.shape[")
  }

  @Test func refusesHeadersLongerThanTheFile() throws {
    try expect(RawSafetensors("{}", dataBytes: 8, claimedLength: 11), .invalidArgument, "cut short")
    try expect(RawSafetensors("{}", claimedLength: 3), .invalidArgument, "cut short")
  }

  @Test(arguments: [1 << 24 + 1, 100_000_001, 1 << 62, 1 << 63, .max] as [UInt64])
  func refusesHeadersOverTheLimitBeforeReadingThem(length: UInt64) throws {
    try expect(RawSafetensors("{}", claimedLength: length), .resourceExhausted, "claims \(length) bytes")
  }

  @Test(arguments: [0, 1] as [UInt64]) func refusesHeadersTooShortToBe(length: UInt64) throws {
    #expect(try RawSafetensors("{}", claimedLength: length).refusal()?.code == .invalidArgument)
  }

  @Test func refusesFilesTooShortForALength() throws {
    for count in 0...8 {
      let error = try RawSafetensors.refusal(of: [UInt8](repeating: 0, count: count))
      #expect(error?.code == .invalidArgument)
    }
  }

  @Test func refusesOverlaps() throws {
    let a = Self.tensor("a", "I8", "[8]", "[0,8]")
    let same = "{\(a),\(Self.tensor("b", "I8", "[8]", "[0,8]"))}"
    try expect(RawSafetensors(same, dataBytes: 8), .invalidArgument, "overlaps")
    let partly = "{\(a),\(Self.tensor("b", "I8", "[8]", "[4,12]"))}"
    try expect(RawSafetensors(partly, dataBytes: 12), .invalidArgument, "overlaps")
  }

  @Test func refusesGaps() throws {
    let between = "{\(Self.tensor("a", "I8", "[4]", "[0,4]")),\(Self.tensor("b", "I8", "[4]", "[8,12]"))}"
    try expect(RawSafetensors(between, dataBytes: 12), .invalidArgument, "gap")
    let before = "{\(Self.tensor("a", "I8", "[4]", "[4,8]"))}"
    try expect(RawSafetensors(before, dataBytes: 8), .invalidArgument, "gap")
    let after = "{\(Self.tensor("a", "I8", "[4]", "[0,4]"))}"
    try expect(RawSafetensors(after, dataBytes: 8), .invalidArgument, "accounts for")
  }

  @Test(arguments: [
    "[8,0]", "[-4,0]", "[0,-4]", "[0,5000000000]", "[0,9223372036854775807]", "[0,9223372036854775808]", "[0]",
    "[0,4,8]",
    "[0.0,4.0]", "\"0,4\"", "null", "{}", "[\"0\",\"4\"]",
  ])
  func refusesOffsetsThatAreNoRangeOfTheFile(offsets: String) throws {
    let header = "{\(Self.tensor("a", "I8", "[4]", offsets))}"
    try expect(RawSafetensors(header, dataBytes: 4), .invalidArgument, "data_offsets")
  }

  @Test(arguments: ["4", "[-4]", "[4.0]", "[\"4\"]", "null", "[[4]]", "[1,1,1,1,1,1,1,1,4]", "[9223372036854775808]"])
  func refusesShapesThatAreNone(shape: String) throws {
    let header = "{\(Self.tensor("a", "I8", shape, "[0,4]"))}"
    try expect(RawSafetensors(header, dataBytes: 4), .invalidArgument, "a.shape")
  }

  @Test func refusesNamesThatStandTwice() throws {
    let header = "{\(Self.tensor("a", "I8", "[4]", "[0,4]")),\(Self.tensor("\\u0061", "I8", "[4]", "[4,8]"))}"
    try expect(RawSafetensors(header, dataBytes: 8), .invalidArgument, "stands twice")
  }

  @Test func refusesNamesThatAreNotUTF8() throws {
    var header = Array("{\(Self.tensor("a", "I8", "[4]", "[0,4]"))}".utf8)
    header[2] = 0xFF
    try expect(RawSafetensors(bytes: header, dataBytes: 4), .invalidArgument, "not UTF-8")
    let surrogate = "{\(Self.tensor("\\ud800", "I8", "[4]", "[0,4]"))}"
    try expect(RawSafetensors(surrogate, dataBytes: 4), .invalidArgument, "lone surrogate")
  }

  @Test func refusesNamesWithoutEnd() throws {
    let long = "{\(Self.tensor(String(repeating: "x", count: 513), "I8", "[4]", "[0,4]"))}"
    try expect(RawSafetensors(long, dataBytes: 4), .invalidArgument, "513 bytes")
    try expect(RawSafetensors("{\(Self.tensor("", "I8", "[4]", "[0,4]"))}", dataBytes: 4), .invalidArgument, "0 bytes")
  }

  @Test func refusesTypesItDoesNotKnow() throws {
    try expect(
      RawSafetensors("{\(Self.tensor("a", "Q9", "[4]", "[0,4]"))}", dataBytes: 4), .unimplemented, "'Q9'")
    try expect(
      RawSafetensors("{\(Self.tensor("a", "F4", "[3]", "[0,1]"))}", dataBytes: 1), .invalidArgument, "whole number")
  }

  @Test(arguments: [
    "[]", "null", "1", "{\"a\":1}", "{\"a\":{}}", "{\"a\":{\"dtype\":\"I8\",\"shape\":[4]}}", " {}",
    "{\"a\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4],\"more\":1}}", "{} x",
    "{\"__metadata__\":{\"a\":1}}",
    "{\"__metadata__\":[]}", "{\"a\":{\"dtype\":1,\"shape\":[4],\"data_offsets\":[0,4]}}", "not json",
  ])
  func refusesHeadersOfAnotherForm(header: String) throws {
    #expect(try RawSafetensors(header, dataBytes: 4).refusal()?.code == .invalidArgument)
  }

  @Test func refusesDeepNesting() throws {
    let header = "{\"a\":" + String(repeating: "[", count: 10_000)
    try expect(RawSafetensors(header), .resourceExhausted, "nested deeper")
  }

  @Test func refusesEveryCutOfAValidFile() throws {
    let directory = try TemporaryDirectory()
    try TinyCheckpoint().write(to: directory)
    let whole = try directory.read("model.safetensors")
    for count in stride(from: 0, to: whole.count, by: 97) {
      #expect(try RawSafetensors.refusal(of: Array(whole[..<count]))?.code == .invalidArgument)
    }
    #expect(try RawSafetensors.refusal(of: whole + [0])?.code == .invalidArgument)
    #expect(try RawSafetensors.refusal(of: whole) == nil)
  }

  @Test func survivesEveryFlippedBitOfAHeader() throws {
    let directory = try TemporaryDirectory()
    try TinyCheckpoint().write(to: directory)
    var bytes = try directory.read("model.safetensors")
    let headerEnd = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
    for offset in stride(from: 0, to: headerEnd, by: 13) {
      bytes[offset] ^= 1 << UInt8(offset % 8)
      try directory.write(bytes, to: "model.safetensors")
      do { _ = try Checkpoint.open(directory.path) } catch { #expect(error.code != .ok) }
      bytes[offset] ^= 1 << UInt8(offset % 8)
    }
  }
}
