import Core
import JSON
import TestSupport
import Testing

@Suite struct WriteTests {
  static let value: JSON = .object([
    "z": 1, "a": [1.5, 1e-05, -0.0, 1e300, nil, true], "text": "é\"\\\n\r\t\u{1}/😀", "empty": .object([:]), "none": [],
  ])

  @Test func writesCompactlyInTheOrderGiven() throws {
    #expect(
      try Self.value.text()
        == #"{"z":1,"a":[1.5,1e-05,-0.0,1e+300,null,true],"text":"é\"\\\n\r\t\u0001/😀","empty":{},"none":[]}"#)
  }

  @Test func writesIndented() throws {
    let value: JSON = .object(["a": [1, .object(["b": 2])], "c": .object([:])])
    #expect(
      try value.text(indented: true) == """
        {
          "a": [
            1,
            {
              "b": 2
            }
          ],
          "c": {}
        }
        """)
  }

  @Test(arguments: [false, true]) func readsBackAsItWas(indented: Bool) throws {
    let bytes = Array(try Self.value.text(indented: indented).utf8)
    #expect(try JSON.parse(bytes, limits: .configuration) == Self.value)
  }

  @Test func readsBackEveryFloat() throws {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<10_000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      let bytes = Array(try JSON.number(number).text().utf8)
      guard case .number(let read) = try JSON.parse(bytes, limits: .configuration) else { throw Unexpected() }
      #expect(read.bitPattern == number.bitPattern)
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func refusesNumbersJSONLacks(number: Double) {
    #expect(throws: OctavoError.self) { try JSON.array([.number(number)]).text() }
  }

  @Test func editsObjects() {
    var members: JSON.Object = ["a": 1, "b": 2, "c": 3]
    members["b"] = nil
    members["a"] = "changed"
    members["d"] = 4
    #expect(members.entries.map(\.key) == ["a", "c", "d"])
    #expect(members["b"] == nil)
    #expect(members["a"] == "changed")
    for index in 0..<20 { members["k\(index)"] = .integer(index) }
    members["k0"] = nil
    #expect(members["k19"] == 19)
    #expect(members["k0"] == nil)
    #expect(members.insert("k1", 0) == false)
    #expect(members["k1"] == 1)
  }
}
