import Core
import JSON
import LoadTesting
import Testing

@Suite struct RecorderTests {
  private static let millisecond: UInt64 = 1_000_000
  private static func at(_ milliseconds: UInt64) -> Moment { Moment(nanoseconds: milliseconds * millisecond) }

  /// The requests of a workload with a constant length of answers.
  private static func planned(_ index: Int, outputTokens: Int = 3) throws -> PlannedRequest {
    var settings = WorkloadSettings()
    settings.promptTokens = .constant(100)
    settings.outputTokens = .constant(outputTokens)
    return try Workload(settings, contextLength: 1_000, vocabularySize: 10).request(index)
  }

  private static func recorder(
    _ window: WindowSettings, span: UInt64? = nil, streams: Int = 0, continuations: Int = 1, objective: String? = nil
  ) throws -> LoadRecorder {
    LoadRecorder(
      start: at(0),
      meter: WindowMeter(window, start: at(0), span: span.map { $0 * millisecond }, streams: streams),
      continuations: continuations, objective: try objective.map { try Objective($0) })
  }

  @Test func latenciesCountFromWhenARequestWasDue() throws {
    var recorder = try Self.recorder(WindowSettings(kind: .all))
    // Due at 10, sent only at 40.
    var progress = recorder.sent(try Self.planned(0), due: Self.at(10), at: Self.at(40))
    try recorder.received(1, at: Self.at(110), &progress)
    try recorder.received(2, isLast: true, at: Self.at(130), &progress)
    recorder.ended(.answered(queueMs: 7, cachedTokens: 32), at: Self.at(160), &progress)
    let result = recorder.result(of: .poisson(perSecond: 1), endedAt: Self.at(200), processorSeconds: 0.1)
    #expect(result.latencies.firstToken.p50Ms == 100)
    #expect(result.latencies.endToEnd.maxMs == 150)
    #expect(result.latencies.sendDelay.maxMs == 30)
    #expect(result.latencies.queue.maxMs == 7)
    // Two tokens in one message: 20 ms after the one before, and 0 after each other.
    #expect((result.latencies.betweenTokens.count, result.latencies.betweenTokens.meanMs) == (2, 10))
    #expect(result.latencies.betweenTokens.maxMs == 20)
    #expect((result.tokens.prompt, result.tokens.cached, result.tokens.generated) == (100, 32, 3))
    #expect(result.client.cores == 0.5)
    #expect(result.rates?.generatedTokens == 15 && result.rates?.promptTokens == 500 && result.rates?.requests == 5)
  }

  /// Tokens at 0, 40, 80 and 120; the window is 30 to 100: a quarter of the gap to 40, all to 80, half to 120.
  @Test func aTokenCountsForTheShareOfItsGapInTheWindow() throws {
    var recorder = try Self.recorder(WindowSettings(kind: .load, warmup: 30 * Self.millisecond), span: 100)
    var progress = recorder.sent(try Self.planned(0), due: Self.at(0), at: Self.at(0))
    for moment: UInt64 in [0, 40, 80, 120] { try recorder.received(1, at: Self.at(moment), &progress) }
    let result = recorder.result(of: .poisson(perSecond: 1), endedAt: Self.at(130), processorSeconds: 0)
    #expect(result.rates?.generatedTokens == 1.75 / 0.07)
    // The gaps that ended in it.
    #expect(result.latencies.betweenTokens.count == 2)
    // The request was due before it.
    #expect(result.latencies.firstToken.count == 0 && result.rates?.requestsDue == 0)
    #expect((result.window.seconds, result.window.beginSeconds, result.window.endSeconds) == (0.07, 0.03, 0.1))
  }

  /// Two streams whose bursts of tokens come every 10 ms: 200 tokens a second, wherever the window begins and ends.
  @Test(arguments: [0, 3, 9])
  func theSteadyMiddleHasNoEdges(offset: UInt64) throws {
    var recorder = try Self.recorder(WindowSettings(kind: .decoding), streams: 2)
    var one = recorder.sent(try Self.planned(0, outputTokens: 12), due: Self.at(0), at: Self.at(0))
    var two = recorder.sent(try Self.planned(1, outputTokens: 12), due: Self.at(0), at: Self.at(0))
    for step: UInt64 in 1...12 {
      try recorder.received(1, isLast: step == 12, at: Self.at(step * 10), &one)
      try recorder.received(1, isLast: step == 12, at: Self.at(step * 10 + offset), &two)
    }
    let result = recorder.result(of: .closed(streams: 2), endedAt: Self.at(140), processorSeconds: 0)
    let rate = try #require(result.rates?.generatedTokens)
    #expect(abs(rate - 200) < 1e-9)
    #expect(result.window.seconds == 0.11 - Double(offset) / 1_000)
  }

  @Test func countsAddUp() throws {
    var recorder = try Self.recorder(WindowSettings(kind: .all))
    let outcomes: [RequestOutcome] = [
      .answered(queueMs: 0, cachedTokens: 0), .cancelled, .failed(.resourceExhausted, message: "full"),
      .failed(.unavailable, message: "gone"), .failed(.unavailable, message: "gone again"),
      .answered(queueMs: .nan, cachedTokens: 0), .answered(queueMs: -.infinity, cachedTokens: 0),
      .answered(queueMs: .infinity, cachedTokens: 0),
    ]
    for (index, outcome) in outcomes.enumerated() {
      var progress = recorder.sent(try Self.planned(index), due: Self.at(0), at: Self.at(0))
      if index == 0 { try recorder.received(3, isLast: true, at: Self.at(5), &progress) }
      recorder.ended(outcome, at: Self.at(9), &progress)
    }
    recorder.notSent(try Self.planned(8), due: Self.at(3))
    let counts = recorder.counts
    #expect((counts.due, counts.notSent, counts.sent, counts.inFlight) == (9, 1, 8, 0))
    #expect((counts.answered, counts.cancelled, counts.refused, counts.failed) == (4, 1, 1, 2))
    #expect(counts.answeredShort == 3)
    #expect(counts.statuses == [.resourceExhausted: 1, .unavailable: 2])
    #expect(counts.messages[.unavailable] == "gone")
  }

  @Test func goodputIsOfAllThatWereDueAndNotCancelled() throws {
    var recorder = try Self.recorder(
      WindowSettings(kind: .load), span: 1_000, objective: "ttft=50ms,tbt=20ms,tpot=15ms,e2e=100ms")
    let answered = RequestOutcome.answered(queueMs: 0, cachedTokens: 0)
    func request(_ times: [UInt64], end: UInt64, _ outcome: RequestOutcome? = nil) throws {
      var progress = recorder.sent(try Self.planned(0), due: Self.at(100), at: Self.at(100))
      for time in times { try recorder.received(1, at: Self.at(100 + time), &progress) }
      recorder.ended(outcome ?? answered, at: Self.at(100 + end), &progress)
    }
    try request([50, 60, 80], end: 100)  // each limit just kept
    try request([51, 60, 70], end: 90)  // first token
    try request([30, 40, 61], end: 90)  // one gap of 21
    try request([30, 46, 62], end: 90)  // gaps of 16 on average
    try request([30, 40, 50], end: 101)  // end to end
    try request([30, 40], end: 90, .failed(.unavailable, message: ""))
    try request([30, 40], end: 90, .cancelled)
    recorder.notSent(try Self.planned(0), due: Self.at(100))
    let result = recorder.result(of: .poisson(perSecond: 1), endedAt: Self.at(2_000), processorSeconds: 0)
    let goodput = try #require(result.goodput)
    #expect((goodput.met, goodput.of, goodput.requestsPerSecond) == (1, 7, 1))
    #expect(goodput.objective.description == "ttft=50ms,tbt=20ms,tpot=15ms,e2e=100ms")
  }

  @Test func aContinuationNobodyAskedForIsAnError() throws {
    var recorder = try Self.recorder(WindowSettings(kind: .all), continuations: 2)
    var progress = recorder.sent(try Self.planned(0), due: Self.at(0), at: Self.at(0))
    try recorder.received(1, continuation: 1, at: Self.at(1), &progress)
    #expect(throws: OctavoError.self) { try recorder.received(1, continuation: 2, at: Self.at(2), &progress) }
    #expect(throws: OctavoError.self) { try recorder.received(1, continuation: -1, at: Self.at(2), &progress) }
    #expect(progress.generatedTokens == 1)
  }

  /// With two continuations a request decodes once both have begun, until one is over; the prompt counts once.
  @Test func continuationsAreStreamsOfOneRequest() throws {
    var recorder = try Self.recorder(WindowSettings(kind: .decoding), streams: 1, continuations: 2)
    var progress = recorder.sent(try Self.planned(0), due: Self.at(0), at: Self.at(0))
    for (index, moment) in [10, 20, 30].enumerated() {
      try recorder.received(1, continuation: 0, isLast: index == 2, at: Self.at(UInt64(moment)), &progress)
      try recorder.received(1, continuation: 1, isLast: index == 2, at: Self.at(UInt64(moment) + 2), &progress)
    }
    recorder.ended(.answered(queueMs: 0, cachedTokens: 0), at: Self.at(33), &progress)
    let result = recorder.result(of: .closed(streams: 1), endedAt: Self.at(40), processorSeconds: 0)
    #expect((result.window.beginSeconds, result.window.endSeconds) == (0.012, 0.03))
    #expect((result.tokens.prompt, result.tokens.generated, result.counts.answeredShort) == (100, 6, 0))
    let rate = try #require(result.rates?.generatedTokens)
    #expect(abs(rate - 200) < 1e-9)
  }
}
