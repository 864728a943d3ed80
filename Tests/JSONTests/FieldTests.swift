import Core
import JSON
import Testing

@Suite struct FieldTests {
  static let root = JSONField(
    .object([
      "size": 16, "theta": 1e4, "name": "llama", "ties": true, "nothing": nil, "list": [1, "two"],
      "rope": .object(["factor": -1, "tiny": .number(.leastNonzeroMagnitude)]),
    ]), source: "config.json")

  func message(_ body: () throws(OctavoError) -> Void) -> String? {
    do throws(OctavoError) {
      try body()
      return nil
    } catch {
      #expect(error.code == .invalidArgument)
      return error.message
    }
  }

  @Test func looksUpEachType() throws {
    #expect(try Self.root["size"].integer(in: 1...16) == 16)
    #expect(try Self.root["size"].number() == 16)
    #expect(try Self.root["theta"].positiveNumber() == 10_000)
    #expect(try Self.root["name"].string() == "llama")
    #expect(try Self.root["ties"].bool())
    #expect(try Self.root["list"].items()[1].string() == "two")
    #expect(try Self.root["rope"].entries().map(\.key) == ["factor", "tiny"])
  }

  @Test func takesNullAndTheMembersOfWhatIsMissingAsAbsent() throws {
    #expect(try Self.root["nothing"].isAbsent)
    #expect(try Self.root["none"]["inner"]["most"].ifPresent?.integer(in: 0...1) == nil)
    #expect(try Self.root["size"].ifPresent?.integer(in: 0...99) == 16)
  }

  @Test func saysWhereAndWhatWasSeen() throws {
    #expect(
      message { () throws(OctavoError) in _ = try Self.root["rope"]["factor"].positiveNumber() }
        == "config.json: rope.factor is -1: give a number above 0")
    #expect(message { () throws(OctavoError) in _ = try Self.root["rope"]["tiny"].positiveNumber() } != nil)
    #expect(
      message { () throws(OctavoError) in _ = try Self.root["rope"]["theta"].number() }
        == "config.json: rope.theta is missing: give a number")
    #expect(
      message { () throws(OctavoError) in _ = try Self.root["size"].integer(in: 1...15) }
        == "config.json: size is 16: give an integer from 1 to 15")
    #expect(
      message { () throws(OctavoError) in _ = try Self.root["list"].items()[1].bool() }
        == "config.json: list[1] is 'two': give true or false")
    #expect(
      message { () throws(OctavoError) in _ = try Self.root["theta"].integer(in: 0...99_999) }
        == "config.json: theta is 10000.0: give an integer from 0 to 99999")
    #expect(
      message { () throws(OctavoError) in _ = try Self.root["name"]["inner"] }
        == "config.json: name is 'llama': give an object")
    #expect(
      message { () throws(OctavoError) in _ = try Self.root["rope"].string() }
        == "config.json: rope is an object of 2: give a string")
  }

  @Test func showsHostileKeysSafely() throws {
    let message = message { () throws(OctavoError) in _ = try Self.root["a\n\u{1B}[31m"].string() }
    #expect(message == #"config.json: a\n\u{1B}[31m is missing: give a string"#)
  }
}
