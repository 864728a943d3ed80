import Core
import LoadTesting

extension LoadRun {
  /// Keeps every stream busy until the requests or the time run out.
  func closedLoop(_ exchange: LoadExchange, from start: Moment) async {
    let numbers = RequestNumbers(count: settings.requests ?? LoadSettings.requestsMax)
    await withDiscardingTaskGroup { group in
      for _ in 0..<(settings.streams ?? 0) {
        group.addTask(executorPreference: connections.loop) { await stream(numbers, exchange, from: start) }
      }
    }
  }

  private func stream(_ numbers: RequestNumbers, _ exchange: LoadExchange, from start: Moment) async {
    let recorder = exchange.recorder
    while recorder.clock.now.nanoseconds(since: start) < settings.duration ?? .max, let index = numbers.take(),
      let connection = connections.claim(streamsMax: .max)
    {
      let prepared = maker.request(index)
      let isWell = await exchange.perform(prepared, due: recorder.clock.now, on: connection)
      if !isWell, (try? await Task.sleep(for: Self.pauseAfterFailure)) == nil { break }
    }
    let now = recorder.clock.now
    recorder.with { $0.loadEnded(at: now) }
  }
}
