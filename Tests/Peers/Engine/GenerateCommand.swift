import Core
import Engine

/// What follows some prompts, each alone: a line a token, of the number of its sequence, its id and its logprob's bits.
/// With `prompt-logprobs` the prompt's own tokens come first.
struct GenerateCommand {
  let options: ProbeOptions

  init(_ options: ProbeOptions) { self.options = options }

  func run() throws(OctavoError) {
    let prompts = try Files.readIDs(try options.text("ids"))
    let count = try options.integer("count", default: 1)
    let sampling = try sampling()
    let longest = (prompts.map(\.count).max() ?? 1) + count
    var pipeline = try ProbePipeline(options, contextLength: longest)
    for (number, prompt) in prompts.enumerated() {
      try pipeline.open(prompt, sampling, length: longest)
      var (next, position) = (prompt, 0)
      for _ in 0..<count {
        let scores = position == 0 && sampling.promptLogprobs != nil
        guard case .sampled(let tokens, let scored) = try pipeline.run(next, at: position, scores: scores) else {
          throw OctavoError(.internal, "the last stage does not sample")
        }
        for token in scored + tokens { print(number, token.choice.token, token.choice.logprob.bitPattern) }
        position += next.count
        next = tokens.map(\.choice.token)
      }
    }
  }

  private func sampling() throws(OctavoError) -> SamplingParameters {
    let bias = try options.numbers("bias")
    return SamplingParameters(
      temperature: try options.number("temperature", default: 0),
      promptLogprobs: try options.number("prompt-logprobs", default: -1) < 0 ? nil : 0,
      repetitionPenalty: try options.number("repetition-penalty", default: 1),
      presencePenalty: try options.number("presence-penalty", default: 0),
      frequencyPenalty: try options.number("frequency-penalty", default: 0),
      logitBias: stride(from: 0, to: bias.count - 1, by: 2).map {
        LogitBias(token: TokenID(bias[$0]), bias: bias[$0 + 1])
      })
  }
}
