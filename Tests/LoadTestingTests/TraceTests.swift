import Core
import LoadTesting
import Testing

@Suite struct TraceTests {
  @Test func entriesAreReadFromTheFirstArrivalOn() throws {
    let text = "seconds,prompt tokens,output tokens\r\n100.5,12,34\r\n\r\n 101 , 1 ,16777216\r\n101,5,6"
    let trace = try ArrivalTrace(text.utf8, name: "t.csv")
    #expect(
      trace.entries == [
        TraceEntry(seconds: 0, promptTokens: 12, outputTokens: 34),
        TraceEntry(seconds: 0.5, promptTokens: 1, outputTokens: 16_777_216),
        TraceEntry(seconds: 0.5, promptTokens: 5, outputTokens: 6),
      ])
  }

  @Test(arguments: [
    ("", "without arrivals"),
    ("time,prompt,output\n", "without arrivals"),
    ("\n\n", "without arrivals"),
    ("1,2\n", "line 1 is 2 fields"),
    ("1,2,3,4,5\n", "line 1 is more than 3 fields"),
    ("1;2;3\n", "line 1 is 1 fields"),
    ("time,prompt,output\n1,2,3\nx,2,3\n", "line 3, the time is 'x'"),
    ("1,2,3\ntime,prompt,output\n", "line 2, the time is 'time'"),
    ("time,2,3\n", "line 1, the time is 'time'"),
    ("-1,2,3\n", "line 1, the time is '-1'"),
    ("nan,2,3\n", "line 1, the time is 'nan'"),
    ("1e400,2,3\n", "line 1, the time is '1e400'"),
    ("inf,2,3\n", "line 1, the time is 'inf'"),
    ("5,2,3\n4.5,2,3\n", "line 2, the time is 4.5 after 5.0"),
    ("1,0,3\n", "line 1, prompt tokens is '0'"),
    ("1,2.5,3\n", "line 1, prompt tokens is '2.5'"),
    ("1,,3\n", "line 1, prompt tokens is ''"),
    ("1,2,-3\n", "line 1, output tokens is '-3'"),
    ("1,2,16777217\n", "line 1, output tokens is '16777217'"),
    ("1,2,99999999999999999999\n", "line 1, output tokens is '99999999999999999999'"),
    ("1,2,3\u{1B}[31m\n", "line 1, output tokens is '3\\u{1B}[31m'"),
  ])
  func aBadFileIsOneErrorWithLineAndValue(_ text: String, _ told: String) {
    let error = #expect(throws: OctavoError.self) { try ArrivalTrace(text.utf8, name: "t.csv") }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains(told) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("'t.csv'") == true)
  }

  @Test func bytesThatAreNoTextAreRefused() {
    let bytes: [UInt8] = [0x31, 0x2C, 0xFF, 0x00, 0x2C, 0x33]
    #expect(throws: OctavoError.self) { try ArrivalTrace(bytes, name: "t.csv") }
    // A line without end is shown cut.
    let long = "1,2," + String(repeating: "9", count: 1 << 20)
    let error = #expect(throws: OctavoError.self) { try ArrivalTrace(long.utf8, name: "t.csv") }
    #expect((error?.message.count ?? 0) < 250)
  }
}
