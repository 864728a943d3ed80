import CoreMetrics
import Foundation
import Telemetry
import Testing

@Suite struct RegistryTests {
  let registry = MetricsRegistry(describing: [
    MetricDescription("waited_seconds", .histogram, buckets: Buckets([0.5, 1]), "Waited.")
  ])

  var text: String { Exposition(registry.families).text }
  var lines: [String] { text.split(separator: "\n").map(String.init) }

  @Test func countsWholeAndFractionalAmounts() {
    let whole = Counter(label: "requests", factory: registry)
    whole.increment()
    whole.increment(by: 41)
    whole.increment(by: -5)
    let fractional = FloatingPointCounter(label: "busy_seconds_total", factory: registry)
    fractional.increment(by: 0.25)
    fractional.increment(by: 0.5)
    for amount in [-1.0, .nan, .infinity, -.infinity] { fractional.increment(by: amount) }
    #expect(lines.contains("requests_total 42"))
    #expect(lines.contains("busy_seconds_total 0.75"))
    whole.reset()
    fractional.reset()
    #expect(lines.contains("requests_total 0"))
    #expect(lines.contains("busy_seconds_total 0"))
  }

  @Test func setsGaugesEachWay() {
    let meter = Meter(label: "running", factory: registry)
    meter.set(5)
    meter.increment(by: 2.5)
    meter.decrement()
    Gauge(label: "usage", factory: registry).record(0.5)
    Recorder(label: "usage", dimensions: [("of", "all")], aggregate: false, factory: registry).record(3)
    #expect(lines.contains("running 6.5"))
    #expect(lines.contains("usage 0.5"))
    #expect(lines.contains(#"usage{of="all"} 3"#))
  }

  @Test func putsValuesIntoTheBucketsOfTheirMetric() {
    let timer = CoreMetrics.Timer(label: "waited_seconds", factory: registry)
    timer.recordMilliseconds(500)
    timer.recordMilliseconds(501)
    timer.recordSeconds(2)
    let recorder = Recorder(label: "waited_seconds", factory: registry)
    for value in [Double.nan, .infinity, -.infinity] { recorder.record(value) }
    #expect(
      text == """
        # HELP waited_seconds Waited.
        # TYPE waited_seconds histogram
        waited_seconds_bucket{le="0.5"} 1
        waited_seconds_bucket{le="1.0"} 2
        waited_seconds_bucket{le="+Inf"} 3
        waited_seconds_sum 3.001
        waited_seconds_count 3

        """)
  }

  @Test func aSeriesIsOneWhateverTheOrderOfItsLabels() {
    Counter(label: "c_total", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment()
    Counter(label: "c_total", dimensions: [("a", "1"), ("b", "2"), ("a", "3")], factory: registry).increment()
    #expect(lines.filter { $0.hasPrefix("c_total") } == [#"c_total{a="1",b="2"} 2"#])
  }

  @Test func makesNamesThatPrometheusTakes() {
    Meter(label: "1 bäd-name", dimensions: [("le", "x"), ("__in", "y"), ("9", "z")], factory: registry).set(1)
    Meter(label: "", factory: registry).set(2)
    #expect(lines.contains(#"_1_b_d_name{_9="z",exported_in="y",exported_le="x"} 1"#))
    #expect(lines.contains("_ 2"))
  }

  @Test func whatIsOfAnotherKindCountsNowhere() {
    Meter(label: "shared_total", factory: registry).set(7)
    Counter(label: "shared_total", factory: registry).increment(by: 100)
    Recorder(label: "shared_total", factory: registry).record(100)
    #expect(lines == ["# TYPE shared_total gauge", "shared_total 7"])
  }

  @Test func foldsSeriesPastTheLimitIntoOne() {
    var limits = TelemetryLimits()
    limits.seriesPerMetricMax = 2
    let registry = MetricsRegistry(describing: [], limits: limits)
    let counters = (0..<100).map { Counter(label: "t_total", dimensions: [("tenant", "\($0)")], factory: registry) }
    for counter in counters { counter.increment() }
    let full = #"t_total{overflow="true"} 98\#nt_total{tenant="0"} 1\#nt_total{tenant="1"} 1\#n"#
    #expect(Exposition(registry.families).text == "# TYPE t_total counter\n" + full)

    counters[99].destroy()
    counters[0].destroy()
    Counter(label: "t_total", dimensions: [("tenant", "new")], factory: registry).increment()
    Counter(label: "t_total", dimensions: [("tenant", "late")], factory: registry).increment()
    let after = #"t_total{overflow="true"} 99\#nt_total{tenant="1"} 1\#nt_total{tenant="new"} 1\#n"#
    #expect(Exposition(registry.families).text == "# TYPE t_total counter\n" + after)
  }

  @Test func boundsMetricsAndTheLengthOfLabels() {
    var limits = TelemetryLimits()
    limits.metricsMax = 3
    limits.labelBytesMax = 5
    let registry = MetricsRegistry(describing: [], limits: limits)
    for index in 0..<10 { Meter(label: "m\(index)", dimensions: [("l", "1234éé")], factory: registry).set(1) }
    #expect(registry.families.count == 3)
    #expect(Exposition(registry.families).text.contains(#"m0{l="1234"} 1"#))
  }

  @Test func destroyingEndsASeries() {
    let counter = Counter(label: "c_total", factory: registry)
    let floating = FloatingPointCounter(label: "f_total", factory: registry)
    let meter = Meter(label: "m", factory: registry)
    let recorder = Recorder(label: "r", factory: registry)
    let timer = CoreMetrics.Timer(label: "t", factory: registry)
    #expect(registry.families.flatMap(\.samples).count == 5)
    counter.destroy()
    floating.destroy()
    meter.destroy()
    recorder.destroy()
    timer.destroy()
    counter.increment()
    #expect(text == "")
  }

  @Test func losesNothingWhenManyThreadsCount() {
    let counter = Counter(label: "c_total", factory: registry)
    let floating = FloatingPointCounter(label: "f_total", factory: registry)
    let meter = Meter(label: "m", factory: registry)
    let recorder = Recorder(label: "waited_seconds", factory: registry)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for index in 0..<5_000 {
        counter.increment()
        floating.increment(by: 0.5)
        meter.increment()
        recorder.record(index % 2)
        if index % 500 == 0 {
          Counter(label: "made_total", dimensions: [("n", "\(thread)")], factory: registry).increment()
          _ = registry.families
        }
      }
    }
    let wanted = [
      "c_total 40000", "f_total 20000", "m 40000", #"waited_seconds_bucket{le="0.5"} 20000"#,
      "waited_seconds_sum 20000", "waited_seconds_count 40000", #"made_total{n="7"} 10"#,
    ]
    #expect(Set(wanted).subtracting(lines) == [])
  }

  @Test func asksCollectorsEachTime() {
    let description = MetricDescription("now", .gauge, "")
    let ticks = Counter(label: "asked", factory: registry)
    registry.collect {
      ticks.increment()
      return [MetricFamily(description, 9)]
    }
    #expect(lines.contains("now 9"))
    #expect(lines.contains("asked_total 1"))
  }
}
