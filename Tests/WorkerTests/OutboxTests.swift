import Core
import Messages
import Synchronization
import Testing
import Worker

@Suite struct OutboxTests {
  private func message(_ id: UInt64) -> StageMessage {
    .results(
      ResultsResponse(
        microbatch: MicrobatchID(id), epoch: Epoch(1), tokens: [],
        timings: [StageTiming(runNs: 5), StageTiming(runNs: 6)]))
  }

  private func add(_ ids: ClosedRange<UInt64>, to outbox: Outbox, here: Bool = false) {
    for id in ids { outbox.add(message(id), here: here) }
  }

  @Test(arguments: [true, false]) func messagesGoOneAfterTheOtherInOrder(here: Bool) async throws {
    let outbox = Outbox()
    let sink = HeldSink()
    add(1...2, to: outbox, here: here)
    #expect(sink.sentCount == 0)
    outbox.attach(sink)
    add(3...3, to: outbox, here: here)
    for id in 1...3 as ClosedRange<UInt64> {
      let sent = await sink.next()
      #expect(try sent.results.microbatch == MicrobatchID(id))
      #expect(sink.sentCount == Int(id))
      sent.taken(true)
    }
    add(4...4, to: outbox, here: here)
    #expect(try await sink.next().results.microbatch == MicrobatchID(4))
  }

  @Test func aThreadWithNothingBetterToDoSendsItself() {
    let outbox = Outbox()
    let sink = HeldSink()
    outbox.attach(sink)
    add(1...1, to: outbox, here: true)
    #expect(sink.sentCount == 1)
  }

  /// In the timing of the stage that sends, which is the last.
  @Test func eachMessageTellsHowLongTheOneBeforeTook() async throws {
    let outbox = Outbox()
    let sink = HeldSink()
    outbox.attach(sink)
    add(1...2, to: outbox)
    let first = await sink.next()
    #expect(try first.results.timings == [StageTiming(runNs: 5), StageTiming(runNs: 6)])
    first.taken(true)
    let timings = try await sink.next().results.timings
    #expect(timings[0] == StageTiming(runNs: 5))
    #expect(timings[1].runNs == 6 && timings[1].sendNs > 0)
  }

  @Test func aStageRestsUntilItsMessagesAreTaken() async throws {
    let outbox = Outbox()
    let sink = HeldSink()
    let calls = Mutex(0)
    outbox.attach(sink)
    for id in 0...UInt64(Outbox.waitingMax) {
      #expect(outbox.hasRoom { calls.withLock { $0 += 1 } })
      add(id...id, to: outbox)
    }
    #expect(!outbox.hasRoom { calls.withLock { $0 += 1 } })
    await sink.next().taken(true)
    #expect(calls.withLock { $0 } == 1)
    await sink.next().taken(true)
    #expect(calls.withLock { $0 } == 1)
    #expect(outbox.hasRoom { calls.withLock { $0 += 1 } })
  }

  @Test func whatWaitsAtTheEndStillGoesOut() async throws {
    let outbox = Outbox()
    let sink = HeldSink()
    add(1...2, to: outbox)
    outbox.close()
    add(3...3, to: outbox)
    outbox.attach(sink)
    async let flushed: Void = outbox.flush()
    await sink.next().taken(true)
    #expect(try await takeNext(sink).microbatch == MicrobatchID(2))
    await flushed
    #expect(sink.sentCount == 2)
  }

  private func takeNext(_ sink: HeldSink) async throws -> ResultsResponse {
    let sent = await sink.next()
    sent.taken(true)
    return try sent.results
  }

  @Test func aCallThatIsOverTakesEverythingWithIt() async {
    let outbox = Outbox()
    let sink = HeldSink()
    outbox.attach(sink)
    add(1...UInt64(Outbox.waitingMax), to: outbox)
    async let flushed: Void = outbox.flush()
    await sink.next().taken(false)
    await flushed
    add(7...8, to: outbox, here: true)
    #expect(sink.sentCount == 1)
    #expect(outbox.hasRoom {})
    await outbox.flush()
  }

  @Test func nothingHoldsACallThatHasNothingToTake() {
    let outbox = Outbox()
    weak var held: HeldSink?
    do {
      let sink = HeldSink()
      held = sink
      outbox.attach(sink)
      outbox.close()
    }
    #expect(held == nil)
  }
}
