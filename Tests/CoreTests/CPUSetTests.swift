import Core
import Testing

/// Lists of CPUs: read strictly, written short, shared out without overlap.
@Suite struct CPUSetTests {
  @Test(arguments: [
    ("0", [0], "0"), ("0-1,3", [0, 1, 3], "0-1,3"), ("3,1,2", [1, 2, 3], "1-3"), ("5-5", [5], "5"),
    ("0,2,4", [0, 2, 4], "0,2,4"), ("8191", [8_191], "8191"), ("007", [7], "7"),
  ])
  func readsAndWrites(text: String, cpus: [Int], shown: String) throws {
    let set = try CPUSet(parsing: text)
    #expect(set.cpus == cpus)
    #expect(set.description == shown)
    #expect(try CPUSet(parsing: set.description) == set)
  }

  @Test(arguments: [
    "", " ", ",", "0,", ",0", "-", "-1", "1-", "3-1", "0-1-2", "0 1", " 0", "0,,1", "a", "0x1", "1.0", "+1", "٣",
    "8192",
    "99999999999999999999", "0,0", "0-2,1", "0-8191,0-8191", "none", "0\n",
  ])
  func refusesTheRest(text: String) {
    let error = #expect(throws: OctavoError.self) { try CPUSet(parsing: text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("\n") == false)
  }

  @Test func sharesAreDisjoint() throws {
    let set = try CPUSet(parsing: "0-3,8,10")
    #expect(set.shares(3, of: 2)?.map(\.description) == ["0-1", "2-3", "8,10"])
    #expect(set.shares(2, of: 2)?.map(\.description) == ["0-1", "2-3"])
    #expect(set.shares(1, of: 6) == [set])
    #expect(set.shares(4, of: 2) == nil)
    #expect(set.shares(1, of: 7) == nil)
    #expect(set.shares(.max, of: .max) == nil)
    #expect(CPUSet([Int]()).shares(1, of: 1) == nil)
  }
}
