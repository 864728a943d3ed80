package import Core
internal import CoreMetrics

/// What is counted of a model's requests. A reference, so that handing it on costs nothing.
package final class ModelMetrics: Sendable {
  private let promptTokens: Counter
  private let generationTokens: Counter
  private let stopped: Counter
  private let lengthened: Counter
  private let failures: Failures
  private let firstToken: Timer
  private let nextToken: Timer
  private let latency: Timer
  private let queueTime: Timer
  private let prefillTime: Timer
  private let decodeTime: Timer
  private let requestPromptTokens: Recorder
  private let requestGenerationTokens: Recorder
  private let continuations: Recorder
  private let maxTokens: Recorder

  init(_ maker: MetricMaker) {
    promptTokens = maker.counter(.promptTokens)
    generationTokens = maker.counter(.generationTokens)
    stopped = maker.counter(.requestSuccess, ("finished_reason", FinishReason.stop.rawValue))
    lengthened = maker.counter(.requestSuccess, ("finished_reason", FinishReason.length.rawValue))
    failures = Failures(maker)
    firstToken = maker.timer(.timeToFirstToken)
    nextToken = maker.timer(.interTokenLatency)
    latency = maker.timer(.requestLatency)
    queueTime = maker.timer(.requestQueueTime)
    prefillTime = maker.timer(.requestPrefillTime)
    decodeTime = maker.timer(.requestDecodeTime)
    requestPromptTokens = maker.histogram(.requestPromptTokens)
    requestGenerationTokens = maker.histogram(.requestGenerationTokens)
    continuations = maker.histogram(.requestContinuations)
    maxTokens = maker.histogram(.requestMaxTokens)
  }

  /// A prompt was computed: its request's first token is there.
  package func promptComputed(tokens: Int) { promptTokens.increment(by: tokens) }

  /// A sequence has one more token.
  ///
  /// - Parameters:
  ///   - previous: when its token before came; `nil` for the first.
  ///   - arrival: of the request.
  package func tokenGenerated(at now: Moment, after previous: Moment?, arrival: Moment) {
    generationTokens.increment()
    if let previous {
      nextToken.recordNanoseconds(now.nanoseconds(since: previous))
    } else {
      firstToken.recordNanoseconds(now.nanoseconds(since: arrival))
    }
  }

  package func requestFinished(_ request: FinishedRequest) {
    switch request.reason {
    case .stop: stopped.increment()
    case .length: lengthened.increment()
    }
    latency.recordNanoseconds(request.finish.nanoseconds(since: request.arrival))
    queueTime.recordNanoseconds(request.admission.nanoseconds(since: request.arrival))
    prefillTime.recordNanoseconds(request.firstToken.nanoseconds(since: request.admission))
    decodeTime.recordNanoseconds(request.finish.nanoseconds(since: request.firstToken))
    requestPromptTokens.record(request.promptTokens)
    requestGenerationTokens.record(request.generatedTokens)
    continuations.record(request.continuations)
    if let limit = request.maxTokens { maxTokens.record(limit) }
  }

  /// A request was refused or given up; CANCELLED when its client left.
  package func requestFailed(_ code: StatusCode) { failures.count(code) }
}
