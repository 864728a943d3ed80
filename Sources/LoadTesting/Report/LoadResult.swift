package import Core

/// What one run came to.
package struct LoadResult: Sendable {
  package var arrivals: ArrivalPattern
  /// From the start to the last request's end.
  package var seconds: Double
  package var counts: RequestCounts
  package var tokens: TokenCounts
  package var window: LoadWindow
  /// Nil if the window never was open.
  package var rates: LoadRates?
  package var latencies: LoadLatencies
  /// Nil without an objective.
  package var goodput: Goodput?
  package var client: ClientUsage
}

extension LoadRecorder {
  /// The run is over: everything that was sent has ended.
  package consuming func result(
    of arrivals: ArrivalPattern, endedAt moment: Moment, processorSeconds: Double
  ) -> LoadResult {
    meter.runEnded(at: moment)
    let seconds = Double(moment.nanoseconds(since: start)) / 1e9
    let window = loadWindow
    return LoadResult(
      arrivals: arrivals, seconds: seconds, counts: counts, tokens: tokens, window: window,
      rates: rates(over: window.seconds), latencies: LoadLatencies(latencies), goodput: goodput(over: window.seconds),
      client: ClientUsage(
        processorSeconds: processorSeconds, seconds: seconds, generatedTokens: tokens.generated))
  }

  private var loadWindow: LoadWindow {
    func seconds(_ moment: Moment) -> Double { Double(moment.nanoseconds(since: start)) / 1e9 }
    return LoadWindow(
      kind: meter.kind, seconds: Double(meter.elapsed(at: meter.end)) / 1e9,
      beginSeconds: meter.firstOpened.map(seconds), endSeconds: meter.lastClosed.map(seconds), spans: meter.spanCount)
  }

  private func rates(over seconds: Double) -> LoadRates? {
    guard seconds > 0 else { return nil }
    return LoadRates(
      generatedTokens: window.generatedTokens / seconds, promptTokens: Double(window.promptTokens) / seconds,
      requests: Double(window.answered) / seconds, requestsDue: Double(window.due) / seconds)
  }

  private func goodput(over seconds: Double) -> Goodput? {
    guard let objective else { return nil }
    return Goodput(
      objective: objective, met: window.met, of: window.due - window.cancelled,
      requestsPerSecond: seconds > 0 ? Double(window.met) / seconds : nil)
  }
}
