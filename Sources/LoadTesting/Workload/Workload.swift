package import Core

/// The requests of a run by their number: lengths, prompts, who cancels. Everything follows from the settings.
package struct Workload: Sendable {
  package let settings: WorkloadSettings
  private let contextLength: Int
  private let vocabularySize: Int
  private let trace: ArrivalTrace?
  /// One a group.
  private let prefixes: [[TokenID]]

  /// - Parameter trace: takes the place of the settings' lengths.
  /// - Throws: INVALID_ARGUMENT for bad settings, and for a prefix that leaves no room for a prompt and an answer.
  package init(
    _ settings: WorkloadSettings, contextLength: Int, vocabularySize: Int, trace: ArrivalTrace? = nil
  ) throws(OctavoError) {
    try settings.validate()
    guard contextLength >= 2, vocabularySize >= 1 else {
      throw OctavoError(
        .failedPrecondition, "the model has \(contextLength) tokens of context and \(vocabularySize) in its vocabulary")
    }
    guard settings.sharedPrefixTokens + 2 <= contextLength else {
      throw .invalid(
        "--shared-prefix", "\(settings.sharedPrefixTokens)",
        "the model's context of \(contextLength) leaves room for \(contextLength - 2)")
    }
    self.settings = settings
    self.contextLength = contextLength
    self.vocabularySize = vocabularySize
    self.trace = trace
    prefixes = (0..<settings.prefixGroups).map { group in
      var random = RandomStream(seed: settings.seed, .prefix, group)
      return Self.tokens(settings.sharedPrefixTokens, of: vocabularySize, &random)
    }
  }

  /// - Parameter index: from 0; under the number of the trace's entries where there is one.
  package func request(_ index: Int) -> PlannedRequest {
    var random = RandomStream(seed: settings.seed, .request, index)
    let entry = trace?.entries[index]
    let own = entry?.promptTokens ?? settings.promptTokens.sample(&random)
    let output = entry?.outputTokens ?? settings.outputTokens.sample(&random)
    var planned = clipped(own: own, output: output)
    planned.index = index
    planned.prefixGroup = random.integer(below: settings.prefixGroups)
    planned.tenant = settings.tenants == 0 ? nil : random.integer(below: settings.tenants)
    if random.fraction() < settings.cancelledFraction {
      planned.cancelledAfter = random.integer(below: planned.outputTokens)
    }
    planned.samplingSeed = random.next()
    return planned
  }

  /// Lengths that fit the context. The prompt gives way first, down to half of what the prefix leaves.
  private func clipped(own: Int, output: Int) -> PlannedRequest {
    let room = contextLength - settings.sharedPrefixTokens
    let fittingOutput = min(output, max(room - own, room / 2))
    let fittingOwn = min(own, room - fittingOutput)
    return PlannedRequest(
      index: 0, promptTokens: settings.sharedPrefixTokens + fittingOwn, outputTokens: fittingOutput, prefixGroup: 0,
      tenant: nil, cancelledAfter: nil, samplingSeed: 0, isClipped: fittingOwn < own || fittingOutput < output)
  }

  /// The prompt of a request: its group's prefix, then random tokens of its own.
  package func prompt(of planned: PlannedRequest) -> [TokenID] {
    var random = RandomStream(seed: settings.seed, .prompt, planned.index)
    let own = planned.promptTokens - settings.sharedPrefixTokens
    return prefixes[planned.prefixGroup] + Self.tokens(own, of: vocabularySize, &random)
  }

  private static func tokens(_ count: Int, of vocabularySize: Int, _ random: inout RandomStream) -> [TokenID] {
    var tokens: [TokenID] = []
    tokens.reserveCapacity(count)
    for _ in 0..<count { tokens.append(TokenID(random.integer(below: vocabularySize))) }
    return tokens
  }
}
