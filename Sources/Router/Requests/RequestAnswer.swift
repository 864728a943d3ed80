import Core
import Messages
import Telemetry
import Tokenizers

/// Turns what happens to a request into the messages of its answer.
struct RequestAnswer {
  private let check: RequestCheck
  private let model: LoadedModel
  private let arrival: Moment
  private let metrics: ModelMetrics
  private var writers: [AnswerWriter]

  init(_ check: RequestCheck, model: LoadedModel, arrival: Moment, clock: ProcessClock, metrics: ModelMetrics) {
    self.check = check
    self.model = model
    self.arrival = arrival
    self.metrics = metrics
    writers = (0..<check.continuations).map {
      AnswerWriter(check, continuation: $0, model: model, arrival: arrival, clock: clock, metrics: metrics)
    }
  }

  /// Whether every continuation has had its finish.
  var isFinished: Bool { writers.allSatisfy(\.isFinished) }

  /// Counts a request that was answered to its end.
  func recordFinish() {
    guard let reason = writers[0].finish, let last = writers.compactMap(\.lastToken).max() else { return }
    let first = writers[0].firstToken ?? last
    metrics.requestFinished(
      FinishedRequest(
        reason: reason, promptTokens: check.prompt.count,
        generatedTokens: writers.reduce(0) { $0 + $1.generatedCount }, continuations: writers.count,
        maxTokens: check.maxTokens, arrival: arrival, admission: writers[0].admission ?? first, firstToken: first,
        finish: last))
  }

  /// The first message, with the prompt if it is to be echoed.
  func start(_ id: RequestID, echoes: Bool) -> GenerateResponse {
    var response = GenerateResponse(
      started: Started(
        requestID: id.text, model: model.name, seed: check.sampling.seed, promptTokens: check.prompt.count))
    if echoes {
      response.ids = check.prompt
      var prompt = TextStream(model.tokenizer)
      response.text = check.prompt.map { AnswerWriter.text(of: $0, in: &prompt) }.joined() + prompt.finish()
    }
    return response
  }

  /// The messages that some events make, tokens that came together in one. What comes for a continuation after its
  /// finish, which its text may have brought, makes none.
  ///
  /// - Returns: the messages, and the continuations that the text ended.
  /// - Throws: what the request failed with.
  mutating func append(
    _ events: [RequestEvent]
  ) throws(OctavoError) -> (messages: [GenerateResponse], stopped: [Int]) {
    var messages: [GenerateResponse] = []
    var stopped: [Int] = []
    for event in events where !writers[event.continuation].isFinished {
      let index = event.continuation
      switch event.news {
      case .admitted: writers[index].admit()
      case .started(let cachedCount): writers[index].start(cachedCount: cachedCount)
      case .failed(let error): throw error
      case .scores(let scores):
        let logprobs = scores.map { TokenLogprobs(token: $0.choice, top: $0.top) }
        messages.append(GenerateResponse(continuation: index, promptLogprobs: logprobs))
      case .token(let token, let finish):
        Self.add(writers[index].append(token, finish: finish), to: &messages)
        if writers[index].isFinished && finish == nil { stopped.append(index) }
      }
    }
    return (messages, stopped)
  }

  private static func add(_ message: GenerateResponse, to messages: inout [GenerateResponse]) {
    guard let last = messages.indices.last, messages[last].continuation == message.continuation,
      messages[last].promptLogprobs.isEmpty
    else { return messages.append(message) }
    messages[last].text += message.text
    messages[last].ids += message.ids
    messages[last].logprobs += message.logprobs
    messages[last].finish = message.finish
  }
}
