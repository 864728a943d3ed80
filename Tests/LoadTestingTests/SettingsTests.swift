import Core
import LoadTesting
import Testing

@Suite struct SettingsTests {
  private static let second: UInt64 = 1_000_000_000
  private static let load = WindowSettings(kind: .load)

  @Test func withoutAnEndARunLastsHalfAMinute() throws {
    let settings = try LoadSettings(arrivals: .poisson(perSecond: 2), timeout: Self.second, window: Self.load)
    #expect(settings.duration == 30 * Self.second)
    let counted = try LoadSettings(
      arrivals: .poisson(perSecond: 2), requests: 5, timeout: Self.second, window: Self.load)
    #expect(counted.duration == nil && counted.schedule?.count == 5)
    let closed = try LoadSettings(arrivals: .closed(streams: 2), timeout: Self.second, window: Self.load)
    #expect(closed.schedule == nil && closed.streams == 2 && closed.duration == 30 * Self.second)
  }

  @Test func badSettingsAreRefusedByName() {
    func refusal(
      _ arrivals: ArrivalPattern = .poisson(perSecond: 1), requests: Int? = nil, duration: UInt64? = nil,
      inFlight: Int = 1, timeout: UInt64 = 1, window: WindowSettings = Self.load
    ) -> String? {
      let error = #expect(throws: OctavoError.self) {
        try LoadSettings(
          arrivals: arrivals, requests: requests, duration: duration, inFlight: inFlight, timeout: timeout,
          window: window)
      }
      #expect(error?.code == .invalidArgument)
      return error.map { String($0.message.prefix { $0 != " " }) }
    }
    #expect(refusal(.poisson(perSecond: 0)) == "--rate")
    #expect(refusal(.poisson(perSecond: .nan)) == "--rate")
    #expect(refusal(.poisson(perSecond: 1e9)) == "--rate")
    #expect(refusal(.poisson(perSecond: 1e5), duration: 80_000 * Self.second) == "--duration")
    #expect(refusal(.closed(streams: 0)) == "--concurrency")
    #expect(refusal(.closed(streams: 1 << 20)) == "--concurrency")
    #expect(refusal(.closed(streams: 5), requests: 4) == "--requests")
    #expect(refusal(requests: 0) == "--requests")
    #expect(refusal(duration: 0) == "--duration")
    #expect(refusal(inFlight: 0) == "--in-flight")
    #expect(refusal(timeout: 0) == "--timeout")
    #expect(refusal(window: WindowSettings(kind: .decoding)) == "--window")
    #expect(refusal(window: WindowSettings(kind: .all, warmup: 1)) == "--window")
    #expect(refusal(.closed(streams: 1), requests: 9, window: WindowSettings(kind: .load, cooldown: 1)) == "--cooldown")
    #expect(
      refusal(duration: 5, window: WindowSettings(kind: .load, warmup: 3, cooldown: 2)) == "--warmup")
  }
}
