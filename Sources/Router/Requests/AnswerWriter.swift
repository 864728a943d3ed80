import Core
import Messages
import Telemetry
import Tokenizers

/// Turns the sampled tokens of one continuation into the messages of an answer: whole characters, nothing of a stop
/// string.
struct AnswerWriter {
  private let check: RequestCheck
  private let continuation: Int
  private let model: LoadedModel
  private let clock: ProcessClock
  private let metrics: ModelMetrics
  private var text: TextStream
  private var stops: StopScanner
  private(set) var generatedCount = 0
  private var cachedCount = 0
  /// Why it ended, once it has.
  private(set) var finish: FinishReason?
  private let arrival: Moment
  private(set) var admission: Moment?
  private(set) var firstToken: Moment?
  private(set) var lastToken: Moment?

  init(
    _ check: RequestCheck, continuation: Int, model: LoadedModel, arrival: Moment, clock: ProcessClock,
    metrics: ModelMetrics
  ) {
    self.check = check
    self.continuation = continuation
    self.model = model
    self.arrival = arrival
    self.clock = clock
    self.metrics = metrics
    text = TextStream(model.tokenizer)
    stops = StopScanner(stops: check.stopStrings)
  }

  /// A vocabulary padded past its tokenizer has ids without text: they stay among the ids and add none.
  static func text(of token: TokenID, in stream: inout TextStream) -> String {
    (try? stream.append(token)) ?? ""
  }

  mutating func admit() { admission = clock.now }

  /// Its first rows left. Later ones are those of a sequence that gave way, or lost its pipeline.
  mutating func start(cachedCount: Int) { if generatedCount == 0 { self.cachedCount = cachedCount } }

  /// What a token adds to the answer.
  ///
  /// - Parameter finish: why it is the last, if it is. A stop string in the text may make it the last as well.
  mutating func append(_ token: SampledToken, finish: FinishReason?) -> GenerateResponse {
    note(at: clock.now)
    var response = GenerateResponse(ids: [token.choice.token], continuation: continuation)
    if check.sampling.topLogprobs != nil {
      response.logprobs = [TokenLogprobs(token: token.choice, top: token.top)]
    }
    let endsSequence = finish == .stop
    var isStopped = false
    if !endsSequence { (response.text, isStopped) = stops.append(Self.text(of: token.choice.token, in: &text)) }
    if let reason = isStopped ? .stop : finish {
      if !isStopped { (response.text, isStopped) = flush(after: response.text) }
      self.finish = isStopped ? .stop : reason
      response.finish = Finish(reason: isStopped ? .stop : reason, usage: usage)
    }
    return response
  }

  private mutating func note(at now: Moment) {
    metrics.tokenGenerated(at: now, after: lastToken, arrival: arrival)
    if continuation == 0, firstToken == nil { metrics.promptComputed(tokens: check.prompt.count) }
    generatedCount += 1
    firstToken = firstToken ?? now
    lastToken = now
  }

  var isFinished: Bool { finish != nil }

  /// What was held back, now that nothing follows.
  private mutating func flush(after written: String) -> (String, Bool) {
    let (rest, isStopped) = stops.append(text.finish())
    return (written + rest + (isStopped ? "" : stops.finish()), isStopped)
  }

  private var usage: Usage {
    let now = clock.now
    let admission = admission ?? arrival
    let first = firstToken ?? now
    return Usage(
      promptTokens: check.prompt.count, generatedTokens: generatedCount,
      queueMs: Double(admission.nanoseconds(since: arrival)) / 1e6,
      prefillMs: Double(first.nanoseconds(since: admission)) / 1e6,
      decodeMs: Double(now.nanoseconds(since: first)) / 1e6, cachedTokens: cachedCount)
  }
}
