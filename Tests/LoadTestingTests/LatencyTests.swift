import Core
import LoadTesting
import Testing

@Suite struct LatencyTests {
  @Test func percentilesOfKnownData() {
    var histogram = LatencyHistogram()
    for microseconds: UInt64 in (1...1_000).reversed() { histogram.record(nanoseconds: microseconds * 1_000) }
    let summary = histogram.summary
    #expect(
      summary
        == LatencySummary(
          count: 1_000, meanMs: 0.5005, p50Ms: 0.5, p90Ms: 0.9, p95Ms: 0.95, p99Ms: 0.99, maxMs: 1))
  }

  /// Past 2 ms three digits are kept: a percentile is rounded up by at most 0.1%, the largest not at all.
  @Test func longOnesKeepThreeDigits() {
    var histogram = LatencyHistogram()
    for milliseconds: UInt64 in 1...1_000 { histogram.record(nanoseconds: milliseconds * 1_000_000) }
    let summary = histogram.summary
    for (figure, exact) in [(summary.p50Ms, 500.0), (summary.p90Ms, 900), (summary.p99Ms, 990)] {
      #expect(figure >= exact && figure <= exact * 1.001)
    }
    #expect(summary.maxMs == 1_000 && summary.meanMs == 500.5)
  }

  @Test func extremesStayInRange() {
    var histogram = LatencyHistogram()
    #expect(histogram.summary == LatencySummary(count: 0, meanMs: 0, p50Ms: 0, p90Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0))
    histogram.record(nanoseconds: 0, count: 3)
    histogram.record(nanoseconds: .max)
    #expect(histogram.summary.count == 4)
    #expect(histogram.summary.p50Ms == 0 && histogram.summary.maxMs == 3_600_000)
  }

  @Test(arguments: [
    ("ttft=500ms,tbt=100ms", "ttft=500ms,tbt=100ms"), ("tbt=0.1s,ttft=2s", "ttft=2000ms,tbt=100ms"),
    ("e2e=1500us,tpot=1ms", "tpot=1ms,e2e=1500.0us"),
  ])
  func anObjectiveIsReadAndWritten(_ text: String, _ written: String) throws {
    #expect(try Objective(text).description == written)
    #expect(try Objective(written).description == written)
  }

  @Test(arguments: [
    "", "ttft", "ttft=", "ttft=5", "ttft=ms", "ttft=0ms", "ttft=-1s", "ttft=nans", "ttft=1e99s", "latency=5ms",
    "ttft=5ms,", "ttft=5ms,ttft=6ms", "ttft=5ms tbt=6ms", "ttft=5min",
  ])
  func aBadObjectiveIsRefused(_ text: String) {
    let error = #expect(throws: OctavoError.self) { try Objective(text) }
    #expect(error?.code == .invalidArgument && error?.message.hasPrefix("--objective") == true)
  }
}
