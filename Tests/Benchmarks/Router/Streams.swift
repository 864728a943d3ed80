import Core
import Messages
import RPC
import Synchronization

/// Clients that each keep a stream open: when one ends, the next begins.
final class Streams: Sendable {
  struct Counts: Sendable {
    var tokens = 0
    var messages = 0
    var failures = 0
    /// From a result's leaving the worker to its arrival here, in microseconds, while it is measured.
    var delays: [Int64] = []
  }

  private let channels: [Channel]
  private let counts = Mutex(Counts())
  private let isMeasuring = Atomic(false)
  private let tokensMax: Int

  init(router: String, connections: Int, tokensMax: Int, on loop: EventLoop) throws {
    self.tokensMax = tokensMax
    // A pool of subchannels each: channels to one target would share a connection.
    channels = try (0..<connections).map { _ in try Channel(target: router, credentials: .insecure, on: loop) }
  }

  func open(_ count: Int, on loop: EventLoop) {
    for index in 0..<count {
      Task(executorPreference: loop) {
        while true { await self.stream(index) }
      }
    }
  }

  /// Tokens, messages and delays of so many seconds.
  func measure(seconds: Double) async throws -> (counts: Counts, seconds: Double) {
    counts.withLock { $0 = Counts() }
    isMeasuring.store(true, ordering: .relaxed)
    let start = ContinuousClock.now
    try await Task.sleep(for: .seconds(seconds))
    isMeasuring.store(false, ordering: .relaxed)
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    return (counts.withLock { $0 }, elapsed)
  }

  private func stream(_ index: Int) async {
    do {
      let call = try await channels[index % channels.count].startCall(.inference("Generate"))
      // A prompt of its own, so that nothing is shared; the first stream's length differs from the next one's.
      let prompt: [TokenID] = [TokenID(index % 1_000) + 10, TokenID(index / 1_000) + 10]
      let request = GenerateRequest(
        prompt: .ids(prompt), maxTokens: tokensMax - index % 64, temperature: 0, ignoresEndTokens: true,
        topLogprobs: 0)
      try await call.send(request.payload())
      try await call.finishSending()
      while let payload = try await call.receive() { note(try GenerateResponse(payload)) }
    } catch {
      counts.withLock { $0.failures += 1 }
      try? await Task.sleep(for: .milliseconds(100))
    }
  }

  private func note(_ response: GenerateResponse) {
    guard isMeasuring.load(ordering: .relaxed) else { return }
    let now = Stamp.now
    counts.withLock { counts in
      counts.messages += 1
      counts.tokens += response.ids.count
      for entry in response.logprobs {
        counts.delays.append(Stamp(logprob: entry.token.logprob).microseconds(until: now))
      }
    }
  }
}
