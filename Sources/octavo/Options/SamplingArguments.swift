import ArgumentParser
import Core

/// How tokens are picked.
struct SamplingArguments: ParsableArguments {
  @Option(help: "Most tokens to generate. Default: what the context leaves.")
  var maxTokens: Int?
  @Option(help: "0 is greedy. Default: 1.")
  var temperature: Float?
  @Option(help: "Keep this many most probable tokens.")
  var topK: Int?
  @Option(help: "Keep the most probable tokens that add up to this probability.")
  var topP: Float?
  @Option(help: "Drop tokens less probable than this fraction of the most probable one.")
  var minP: Float?
  @Option(help: "Divide the logits of tokens that are there already, more than 0 to 100. Default: 1.")
  var repetitionPenalty: Float?
  @Option(help: "Subtract from the logits of tokens that the answer holds, -2 to 2.")
  var presencePenalty: Float = 0
  @Option(help: "Subtract as often as the answer holds the token, -2 to 2.")
  var frequencyPenalty: Float = 0
  @Option(help: ArgumentHelp("Add to a token's logit, -100 to 100. May be repeated.", valueName: "id=bias"))
  var logitBias: [String] = []
  @Option(help: "The same request with the same seed gets the same answer. Default: drawn.")
  var seed: UInt64?
  @Option(help: "Stop before this text appears. May be repeated.")
  var stop: [String] = []
  @Flag(help: "Go on past the model's end tokens.")
  var ignoreEndTokens = false

  /// - Throws: INVALID_ARGUMENT for what is no token and a number.
  func biases() throws(OctavoError) -> [LogitBias] {
    var biases: [LogitBias] = []
    for text in logitBias {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let token = TokenID(parts[0]), let bias = Float(parts[1]) else {
        throw .invalid("--logit-bias", quoted(text), "write the token's id and a number, such as 42=-100")
      }
      biases.append(LogitBias(token: token, bias: bias))
    }
    return biases
  }
}
