import Core
import LoadTesting
import Testing

@Suite struct PlotTests {
  @Test func linearAxesHaveRoundSteps() {
    #expect(Axis.linear(upTo: 7.3).ticks == [0, 2, 4, 6, 8])
    #expect(Axis.linear(upTo: 6).ticks == [0, 1, 2, 3, 4, 5, 6])
    #expect(Axis.linear(upTo: 0).ticks.last == 1)
    #expect(Axis.linear(upTo: 1_234).ticks == [0, 500, 1_000, 1_500])
    #expect(Axis.linear(upTo: 8).position(2) == 0.25)
  }

  @Test func logarithmicAxesGoFromRoundToRound() {
    #expect(Axis.logarithmic(around: [13, 180], least: 0.001).ticks == [10, 20, 50, 100, 200])
    let wide = Axis.logarithmic(around: [0.3, 4_000], least: 0.001)
    #expect(wide.ticks.map { PlotPanel.text($0) } == ["0.1", "1", "10", "100", "1,000", "10,000"])
    #expect(abs(wide.position(10) - 0.4) < 1e-12)
    #expect(wide.position(0) == 0 && wide.position(1e9) == 1)
    // One value, and none.
    #expect(Axis.logarithmic(around: [5], least: 0.001).ticks == [5, 10])
    #expect(Axis.logarithmic(around: [], least: 0.001).ticks.count == 2)
    #expect(Axis.logarithmic(around: [0, 0], least: 0.001).domain.lowerBound == 0.001)
  }

  @Test func numbersAndTextAreSafe() {
    #expect(SVGWriter.number(12.3456) == "12.35")
    #expect(SVGWriter.number(12) == "12" && SVGWriter.number(-0.001) == "0")
    #expect(SVGWriter.number(.infinity) == "1000000000")
    #expect(SVGWriter.escaped("a<b & \"c\" > \u{1B}d") == "a&lt;b &amp; &quot;c&quot; &gt; d")
    let values = [0, 0.1234, 1.234, 12.34, 123.4, 1_234, 1_234_567]
    #expect(values.map { PlotPanel.text($0) } == ["0", "0.123", "1.23", "12.3", "123", "1,234", "1,234,567"])
  }

  @Test func everyRunIsAMarkOfEachSeries() throws {
    let svg = LatencyPlot(title: "a<b", subtitle: "\"s\"", try [1, 2, 4].map { try Self.result(load: $0) }).svg
    // Two panels of three runs, and the legend.
    #expect(svg.split(separator: "<circle").count - 1 == 7)
    #expect(svg.split(separator: "<rect class=\"mark tail\"").count - 1 == 7)
    #expect(svg.split(separator: "<polyline").count - 1 == 4)
    #expect(svg.contains("<title>median 8 ms at 4 requests/s</title>"))
    #expect(svg.contains("prefers-color-scheme: dark"))
    #expect(svg.contains(">a&lt;b</text>") && !svg.contains("a<b"))
    #expect(svg.contains("Time to first token, ms") && svg.contains("requests answered per second"))
    // The load axis goes from 0 to 4 over 656 pixels from 76.
    #expect(svg.contains("points=\"240,") && svg.contains(" 404,") && svg.contains(" 732,"))
  }

  @Test func runsThatAnsweredNothingAreLeftOut() throws {
    var empty = try Self.result(load: 1)
    empty.rates = nil
    let svg = LatencyPlot(title: "t", subtitle: "s", [empty]).svg
    #expect(svg.contains("No run answered anything.") && svg.hasSuffix("</svg>\n"))
    #expect(svg.split(separator: "<circle").count - 1 == 1)
  }

  /// A second in which so many requests were answered with three tokens each; latencies grow with the load.
  private static func result(load: Int) throws -> LoadResult {
    let start = Moment(nanoseconds: 0)
    let meter = WindowMeter(WindowSettings(kind: .all), start: start, span: nil)
    var recorder = LoadRecorder(start: start, meter: meter)
    let workload = try Workload(WorkloadSettings(), contextLength: 1_000, vocabularySize: 10)
    for index in 0..<load {
      var progress = recorder.sent(workload.request(index), due: start, at: start)
      var moment = start
      for _ in 0..<3 {
        moment = moment.advanced(byNanoseconds: UInt64(load) * 2_000_000)
        try recorder.received(1, at: moment, &progress)
      }
      recorder.ended(.answered(queueMs: 0, cachedTokens: 0), at: moment, &progress)
    }
    let end = Moment(nanoseconds: 1_000_000_000)
    return recorder.result(of: .poisson(perSecond: Double(load)), endedAt: end, processorSeconds: 0)
  }
}
