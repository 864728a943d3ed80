import Telemetry
import Testing

@Suite struct ExpositionTests {
  static func text(_ families: MetricFamily...) -> String { Exposition(families).text }

  @Test func writesEachKindInOrder() {
    let counter = MetricDescription("b_total", .counter, labels: ["code"], "Counted.")
    let gauge = MetricDescription("a", .gauge, "Now.")
    let histogram = MetricDescription("c_seconds", .histogram, buckets: Buckets([0.005, 1, 1_000]), "Took.")
    let reading = HistogramReading(buckets: histogram.buckets, counts: [2, 0, 1, 4], sum: 12.25)
    let text = Self.text(
      MetricFamily(histogram, [MetricSample(.histogram(reading), LabelSet([("model_name", "m")]))]),
      MetricFamily(
        counter,
        [
          MetricSample(.number(7), LabelSet([("code", "OK")])), MetricSample(.number(1), LabelSet([("code", "LOST")])),
        ]),
      MetricFamily(gauge, 0.25))
    #expect(
      text == """
        # HELP a Now.
        # TYPE a gauge
        a 0.25
        # HELP b_total Counted.
        # TYPE b_total counter
        b_total{code="LOST"} 1
        b_total{code="OK"} 7
        # HELP c_seconds Took.
        # TYPE c_seconds histogram
        c_seconds_bucket{model_name="m",le="0.005"} 2
        c_seconds_bucket{model_name="m",le="1.0"} 2
        c_seconds_bucket{model_name="m",le="1000.0"} 3
        c_seconds_bucket{model_name="m",le="+Inf"} 7
        c_seconds_sum{model_name="m"} 12.25
        c_seconds_count{model_name="m"} 7

        """)
  }

  @Test func escapesWhatTheFormatWouldMisread() {
    let description = MetricDescription("a", .gauge, #"A \ and"# + "\na line, \"quoted\".")
    let labels = LabelSet([("x", "\\ \"\n é} 1\r")])
    #expect(
      Self.text(MetricFamily(description, [MetricSample(.number(1), labels)])) == #"""
        # HELP a A \\ and\na line, "quoted".
        # TYPE a gauge
        a{x="\\ \"\n é} 1\#r"} 1

        """#)
  }

  static let numbers: [(Double, String)] = [
    (0, "0"), (-0.0, "0"), (3.0, "3"), (-2.5, "-2.5"), (0.1 + 0.2, "0.30000000000000004"), (1e-7, "1e-07"),
    (4_503_599_627_370_497, "4503599627370497"), (0x1p53, "9007199254740992.0"), (1e300, "1e+300"), (.nan, "NaN"),
    (.infinity, "+Inf"), (-.infinity, "-Inf"),
  ]

  @Test(arguments: numbers) func writesNumbers(value: Double, text: String) {
    #expect(Self.text(MetricFamily(MetricDescription("a", .gauge, ""), value)) == "# TYPE a gauge\na \(text)\n")
  }

  @Test func leavesOutWhatHasNoSeries() {
    #expect(Self.text(MetricFamily(MetricDescription("a", .gauge, "Never set."), [])) == "")
  }

  @Test func doesNotDependOnTheOrderOfWhatComes() {
    let samples = (0..<20).map { MetricSample(.number(Double($0)), LabelSet([("b", "\($0 % 7)"), ("a", "\($0)")])) }
    let names = (0..<20).map { MetricDescription("metric_\($0)", .gauge, "") }
    let families = names.map { MetricFamily($0, samples) }
    let shuffled = names.shuffled().map { MetricFamily($0, samples.shuffled()) }
    #expect(Exposition(families).text == Exposition(shuffled).text)
  }
}
