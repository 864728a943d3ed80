import Core
import JSON
import LoadTesting
import Testing

@Suite struct ReportTests {
  @Test func aReportIsOneObject() throws {
    let report = LoadReport(
      model: "m", digest: "d", contextLength: 10, vocabularySize: 20, workload: WorkloadSettings(), connections: 1,
      runs: [Self.result()])
    guard case .object(let object) = report.json, case .array(let runs)? = object["runs"],
      case .object(let run)? = runs.first, case .object(let requests)? = run["requests"]
    else { throw OctavoError(.internal, "another shape") }
    #expect(object.entries.map(\.key) == ["model", "workload", "connections", "runs"])
    #expect(
      run.entries.map(\.key) == [
        "arrivals", "seconds", "requests", "tokens", "window", "perSecond", "latency", "goodput", "client", "notes",
      ])
    #expect(
      requests.entries.map(\.key) == [
        "due", "notSent", "sent", "answered", "answeredShort", "cancelled", "refused", "failed", "clipped", "statuses",
      ])
    #expect(run["goodput"] == .null && run["perSecond"] == .null)
    // Whatever was measured, it can be written.
    #expect(try !report.json.text().isEmpty)
  }

  @Test func notesSayWhatFiguresHideOtherwise() {
    var result = Self.result()
    #expect(result.notes.count == 1 && result.notes[0].contains("at no time were all streams decoding"))
    result.client.processorSeconds = 0.6
    result.counts.due = 10
    result.counts.notSent = 4
    #expect(result.notes.contains { $0.contains("took 0.60 of a core") })
    #expect(result.notes.contains { $0.contains("4 of 10 requests were not sent") })
  }

  private static func result() -> LoadResult {
    let start = Moment(nanoseconds: 0)
    let meter = WindowMeter(WindowSettings(kind: .decoding), start: start, span: nil, streams: 1)
    let recorder = LoadRecorder(start: start, meter: meter)
    return recorder.result(
      of: .closed(streams: 1), endedAt: Moment(nanoseconds: 1_000_000_000), processorSeconds: 0.1)
  }
}
