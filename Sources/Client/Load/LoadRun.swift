package import Core
package import LoadTesting
package import Messages

/// One run against one model: sends what the settings say and answers with what was measured.
package struct LoadRun: Sendable {
  private static let progressInterval: Duration = .milliseconds(200)
  /// A stream of a closed loop waits so long after a failure, so that a router that refuses is not stormed.
  static let pauseAfterFailure: Duration = .milliseconds(100)

  let connections: LoadConnections
  let settings: LoadSettings
  let maker: RequestMaker

  /// - Throws: INVALID_ARGUMENT for a workload that does not fit the model.
  package init(
    _ settings: LoadSettings, against model: ModelDescription, over connections: LoadConnections
  ) throws(OctavoError) {
    self.connections = connections
    self.settings = settings
    let workload = try Workload(
      settings.workload, contextLength: model.contextLength, vocabularySize: model.vocabularySize,
      trace: settings.trace)
    maker = RequestMaker(model: model.name, workload: workload)
  }

  /// Runs until every request has ended.
  ///
  /// - Parameter progress: called a few times a second, on any thread.
  /// - Throws: INVALID_ARGUMENT when warm-up and cool-down leave nothing of the load.
  package func perform(
    progress: @escaping @Sendable (LoadProgress) -> Void
  ) async throws(OctavoError) -> LoadResult {
    let schedule = settings.schedule
    let span = schedule?.span ?? settings.duration
    if let span, settings.window.kind == .load, settings.window.warmup + settings.window.cooldown >= max(1, span) {
      throw .invalid("--warmup and --cooldown", "longer than the load's \(Double(span) / 1e9) s", "shorten them")
    }
    let clock = RunClock()
    let start = clock.now
    let meter = WindowMeter(settings.window, start: start, span: span, streams: settings.streams ?? 0)
    let recorder = SharedRecorder(
      LoadRecorder(
        start: start, meter: meter, continuations: settings.workload.continuations, objective: settings.objective),
      clock: clock)
    let processorSeconds = ProcessorClock.seconds
    let watch = Task { await report(recorder, from: start, requests: schedule?.count, progress) }
    let exchange = LoadExchange(
      connections: connections, recorder: recorder, timeout: .nanoseconds(Int64(settings.timeout)))
    if let schedule { await openLoop(schedule, exchange, from: start) } else { await closedLoop(exchange, from: start) }
    watch.cancel()
    let end = clock.now
    let used = ProcessorClock.seconds - processorSeconds
    return recorder.with { $0.result(of: settings.arrivals, endedAt: end, processorSeconds: used) }
  }

  private func report(
    _ recorder: SharedRecorder, from start: Moment, requests: Int?, _ progress: @Sendable (LoadProgress) -> Void
  ) async {
    while !Task.isCancelled {
      let elapsed = recorder.clock.now.nanoseconds(since: start)
      let (counts, tokens) = recorder.with { ($0.counts, $0.tokens) }
      let over = Double(counts.ended + counts.notSent)
      let ofRequests = (requests ?? settings.requests).map { over / Double(max(1, $0)) } ?? 0
      // How many requests an open loop has is known, and they end after its time is over.
      let ofTime = requests == nil ? settings.duration.map { Double(elapsed) / Double($0) } ?? 0 : 0
      progress(
        LoadProgress(
          fraction: min(1, max(ofRequests, ofTime)), ended: counts.ended, inFlight: counts.inFlight,
          generatedTokens: tokens.generated))
      do { try await Task.sleep(for: Self.progressInterval) } catch { return }
    }
  }
}
