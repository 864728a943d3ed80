import Core
import LoadTesting
import Testing

@Suite struct WindowTests {
  private static func at(_ nanoseconds: UInt64) -> Moment { Moment(nanoseconds: nanoseconds) }

  @Test func loadIsItsSpanLessWarmupAndCooldown() {
    let settings = WindowSettings(kind: .load, warmup: 10, cooldown: 20)
    var meter = WindowMeter(settings, start: Self.at(100), span: 100)
    #expect([110, 111, 180, 181].map { meter.isOpen(at: Self.at($0)) } == [false, true, true, false])
    #expect([109, 110, 180, 181].map { meter.counts(dueAt: Self.at($0)) } == [false, true, true, false])
    #expect([0, 110, 150, 180, 999].map { meter.elapsed(at: Self.at($0)) } == [0, 0, 40, 70, 70])
    meter.runEnded(at: Self.at(500))
    #expect((meter.firstOpened, meter.lastClosed, meter.spanCount) == (Self.at(110), Self.at(180), 1))
    #expect(meter.elapsed(at: Self.at(999)) == 70)
  }

  @Test func aClosedLoopsLoadEndsWhenAStreamFindsNothing() {
    var meter = WindowMeter(WindowSettings(kind: .load, warmup: 10), start: Self.at(0), span: nil)
    #expect(meter.isOpen(at: Self.at(1_000_000)))
    meter.loadEnded(at: Self.at(60))
    meter.loadEnded(at: Self.at(70))
    #expect(!meter.isOpen(at: Self.at(61)))
    meter.runEnded(at: Self.at(90))
    #expect((meter.elapsed(at: Self.at(90)), meter.lastClosed) == (50, Self.at(60)))
  }

  @Test func allIsEverything() {
    var meter = WindowMeter(WindowSettings(kind: .all), start: Self.at(5), span: 10)
    meter.loadEnded(at: Self.at(15))
    #expect(meter.isOpen(at: Self.at(40)) && meter.counts(dueAt: Self.at(5)))
    meter.runEnded(at: Self.at(45))
    #expect(meter.elapsed(at: Self.at(99)) == 40)
  }

  @Test func decodingIsOpenWhileEveryStreamDecodes() {
    var meter = WindowMeter(WindowSettings(kind: .decoding), start: Self.at(0), span: nil, streams: 2)
    meter.decodingBegan(at: Self.at(10))
    #expect(!meter.isOpen(at: Self.at(11)))
    meter.decodingBegan(at: Self.at(20))
    #expect([20, 21].map { meter.isOpen(at: Self.at($0)) } == [false, true])
    #expect(meter.elapsed(at: Self.at(30)) == 10)
    meter.decodingEnded(at: Self.at(50))
    #expect(!meter.isOpen(at: Self.at(51)))
    meter.decodingBegan(at: Self.at(60))
    meter.decodingEnded(at: Self.at(100))
    meter.decodingEnded(at: Self.at(110))
    meter.runEnded(at: Self.at(120))
    #expect(meter.elapsed(at: Self.at(120)) == 30 + 40)
    #expect((meter.spanCount, meter.firstOpened, meter.lastClosed) == (2, Self.at(20), Self.at(100)))
  }

  @Test func decodingIsCutByWarmupAndEnd() {
    let settings = WindowSettings(kind: .decoding, warmup: 30, cooldown: 10)
    var meter = WindowMeter(settings, start: Self.at(0), span: 100, streams: 1)
    // Over before the warm-up is: no span of it.
    meter.decodingBegan(at: Self.at(5))
    meter.decodingEnded(at: Self.at(20))
    meter.decodingBegan(at: Self.at(25))
    meter.decodingEnded(at: Self.at(50))
    meter.decodingBegan(at: Self.at(80))
    meter.decodingEnded(at: Self.at(120))
    meter.decodingBegan(at: Self.at(130))
    meter.runEnded(at: Self.at(140))
    #expect(meter.elapsed(at: Self.at(140)) == 20 + 10)
    #expect((meter.spanCount, meter.firstOpened, meter.lastClosed) == (2, Self.at(30), Self.at(90)))
  }

  @Test func aWindowThatNeverOpensIsEmpty() {
    var meter = WindowMeter(WindowSettings(kind: .decoding), start: Self.at(0), span: nil, streams: 2)
    meter.decodingBegan(at: Self.at(10))
    meter.decodingEnded(at: Self.at(20))
    meter.runEnded(at: Self.at(30))
    #expect(meter.elapsed(at: Self.at(30)) == 0)
    #expect((meter.spanCount, meter.firstOpened, meter.lastClosed) == (0, nil, nil))
  }
}
