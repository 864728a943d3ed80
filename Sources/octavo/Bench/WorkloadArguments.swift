import ArgumentParser
import Core
import LoadTesting

/// What requests ask for.
struct WorkloadArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Tokens of each prompt: a number, uniform:A:B or lognormal:MEDIAN:P99. (default: 128)", valueName: "lengths"))
  var promptTokens: String?
  @Option(help: ArgumentHelp("Tokens to generate, likewise. (default: 64)", valueName: "lengths"))
  var outputTokens: String?
  @Option(help: ArgumentHelp("Put the same so many tokens before each prompt.", valueName: "tokens"))
  var sharedPrefix = 0
  @Option(help: ArgumentHelp("Different shared prefixes, one for each request at random.", valueName: "n"))
  var prefixGroups = 1
  @Option(
    help: ArgumentHelp(
      "Cancel this fraction of the requests, each after a random number of tokens.", valueName: "fraction"))
  var cancel = 0.0
  @Option(help: ArgumentHelp("Send requests on behalf of so many tenants at random.", valueName: "n"))
  var tenants = 0
  @Option(help: ArgumentHelp("Of every request, -10 to 10.", valueName: "p"))
  var priority = 0
  @Option(help: ArgumentHelp("0 is greedy.", valueName: "t"))
  var temperature = 0.0
  @Option(help: ArgumentHelp("Answers to each prompt.", valueName: "n"))
  var continuations = 1
  @Flag(help: "Let answers end at the model's end tokens, before the length asked for.")
  var endTokens = false
  @Option(help: "Another seed gives other arrivals, lengths and prompts.")
  var seed: UInt64 = 1

  /// - Parameter isTraced: lengths come from a trace.
  func settings(isTraced: Bool) throws(OctavoError) -> WorkloadSettings {
    guard !isTraced || promptTokens == nil && outputTokens == nil else {
      throw OctavoError(
        .invalidArgument, "--prompt-tokens or --output-tokens is given with --trace: lengths come from the trace")
    }
    var settings = WorkloadSettings()
    if let promptTokens { settings.promptTokens = try LengthDistribution(promptTokens, option: "--prompt-tokens") }
    if let outputTokens { settings.outputTokens = try LengthDistribution(outputTokens, option: "--output-tokens") }
    settings.sharedPrefixTokens = sharedPrefix
    settings.prefixGroups = prefixGroups
    settings.cancelledFraction = cancel
    settings.tenants = tenants
    settings.priority = priority
    settings.temperature = temperature
    settings.continuations = continuations
    settings.honorsEndTokens = endTokens
    settings.seed = seed
    return settings
  }
}
