import Core
import Scheduling

/// All that a request hears, to the bit.
struct Answer: Equatable {
  var tokens: [Choice] = []
  var scores: [Choice] = []
  var finish: FinishReason?

  /// A token with its bits and those of the most probable ones.
  struct Choice: Equatable {
    let position: Int
    let token: TokenID
    let logprob: UInt32
    let top: [UInt64]

    init(_ sampled: SampledToken) {
      position = sampled.position
      token = sampled.choice.token
      logprob = sampled.choice.logprob.bitPattern
      top = sampled.top.map { UInt64($0.token) << 32 | UInt64($0.logprob.bitPattern) }
    }
  }

  /// The same request alone, in one stage with pages to spare.
  static func alone(_ request: GenerationRequest, in pipeline: inout EnginePipeline) throws -> Answer {
    try pipeline.scheduler.submit(request, at: pipeline.now)
    var answer = Answer()
    while answer.finish == nil {
      for output in pipeline.step() + (try pipeline.complete()) { answer.take(output) }
    }
    return answer
  }

  mutating func take(_ output: SchedulerOutput) {
    switch output {
    case .token(let token, let finish):
      tokens.append(Choice(token))
      self.finish = finish
    case .scores(_, let scores): self.scores += scores.map(Choice.init)
    default: break
    }
  }
}
