import Core
import Testing

@Suite struct IdentifierTests {
  @Test(arguments: ["a", "kjv", "Llama-3.2-1B", "0", "a..b", "a_b", String(repeating: "x", count: 128)])
  func takesNamesThatCannotLeaveAFolder(text: String) throws {
    #expect(try ModelName(text).text == text)
  }

  @Test(arguments: [
    "", ".", "..", ".hidden", "-flag", "_x", "a/b", "../a", "a\\b", "a b", "a\0", "é", "a\n",
    String(repeating: "x", count: 129),
    "e\u{301}",
  ])
  func refusesOtherNames(text: String) {
    let error = #expect(throws: OctavoError.self) { try ModelName(text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("\n") == false)
  }

  @Test func takesDigestsOf64LowercaseDigits() throws {
    let digits = String(repeating: "0123456789abcdef", count: 4)
    #expect(try CheckpointDigest(hexadecimal: digits).short == "0123456789ab")
    for bad in ["", String(digits.dropLast()), digits + "0", digits.uppercased(), "g" + digits.dropFirst()] {
      #expect(throws: OctavoError.self) { try CheckpointDigest(hexadecimal: bad) }
    }
  }

  @Test func ordersIdentifiersByValue() throws {
    #expect(PageID(2) < PageID(10))
    #expect(WorkerID("a") < WorkerID("b"))
    #expect(try ModelName("a") < ModelName("b"))
    #expect(StageID(instance: InstanceID("kjv-0"), index: 1).description == "kjv-0/1")
  }
}
