import Core
import LoadTesting
import Testing

@Suite struct ArrivalTests {
  @Test func momentsAreThoseOfTheSeed() {
    let schedule = ArrivalSchedule(.poisson(perSecond: 4), seed: 1, countMax: 6)
    #expect(
      Array(schedule) == [141_736_553, 280_357_874, 474_310_048, 899_220_005, 945_246_168, 984_687_441])
    #expect(schedule.span == 984_687_441)
    #expect(Array(ArrivalSchedule(.poisson(perSecond: 4), seed: 2, countMax: 6)) != Array(schedule))
  }

  /// Gaps of a Poisson process: mean and deviation are 1 / rate; of 100,000 the mean's standard error is 0.32%.
  @Test func gapsAreExponential() {
    let moments = Array(ArrivalSchedule(.poisson(perSecond: 50), seed: 9, countMax: 100_000)).map { Double($0) / 1e9 }
    let gaps = zip(moments.dropFirst(), moments).map { $0 - $1 }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let variance = gaps.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(gaps.count)
    #expect(gaps.allSatisfy { $0 >= 0 })
    #expect(abs(mean * 50 - 1) < 0.015)
    #expect(abs(variance.squareRoot() * 50 - 1) < 0.03)
    // 1 - 1/e of the gaps are under the mean; standard error 0.15%.
    let under = Double(gaps.count { $0 < 0.02 }) / Double(gaps.count)
    #expect(abs(under - 0.6321) < 0.007)
  }

  @Test func aDurationCutsAndIsTheSpan() {
    let second = ArrivalSchedule(.poisson(perSecond: 4), seed: 1, countMax: 1_000, duration: 500_000_000)
    #expect(second.count == 3)
    #expect(second.span == 500_000_000)
    // Requests that run out before end the load.
    let two = ArrivalSchedule(.poisson(perSecond: 4), seed: 1, countMax: 2, duration: 500_000_000)
    #expect((two.count, two.span) == (2, 280_357_874))
    // Where the last arrival is due, within the duration, nothing else comes.
    #expect(Array(second).allSatisfy { $0 <= 500_000_000 })
  }

  @Test func aTraceIsPlayedAsRecordedOrFaster() throws {
    let trace = try ArrivalTrace("10,5,6\n10.5,7,8\n14,9,10\n".utf8, name: "t")
    #expect(Array(ArrivalSchedule(.trace(trace, speed: 1), seed: 1, countMax: 10)) == [0, 500_000_000, 4_000_000_000])
    let faster = ArrivalSchedule(.trace(trace, speed: 4), seed: 1, countMax: 10, duration: 2_000_000_000)
    #expect(Array(faster) == [0, 125_000_000, 1_000_000_000])
    #expect(faster.span == 1_000_000_000)
    let cut = ArrivalSchedule(.trace(trace, speed: 1), seed: 1, countMax: 10, duration: 2_000_000_000)
    #expect((cut.count, cut.span) == (2, 2_000_000_000))
    #expect(ArrivalSchedule(.trace(trace, speed: 1e-6), seed: 1, countMax: 10).span == 4_000_000_000_000_000)
  }

  @Test func aClosedLoopHasNoSchedule() {
    #expect(ArrivalSchedule(.closed(streams: 4), seed: 1, countMax: 10).count == 0)
  }
}
