package import Core

/// What requests ask for.
package struct WorkloadSettings: Sendable, Hashable {
  /// Groups of requests with a shared prefix each.
  package static let prefixGroupsMax = 4_096
  /// Tokens of all shared prefixes: they stay in memory, four bytes each.
  package static let prefixTokensMax = 16 << 20
  package static let tenantsMax = 4_096

  package var seed: UInt64 = 1
  /// Tokens of a prompt after what it shares with others.
  package var promptTokens: LengthDistribution = .constant(128)
  /// Tokens to generate.
  package var outputTokens: LengthDistribution = .constant(64)
  /// Tokens that all prompts of a group begin with.
  package var sharedPrefixTokens = 0
  package var prefixGroups = 1
  /// Of requests: cancelled by the client after a number of tokens, any from 0 to one less than they ask for.
  package var cancelledFraction = 0.0
  /// On whose behalf requests run, evenly at random; 0: they name nobody.
  package var tenants = 0
  package var priority = 0
  package var temperature = 0.0
  /// Answers to each prompt.
  package var continuations = 1
  /// Whether an answer may end at one of the model's end tokens, before the length that was asked for.
  package var honorsEndTokens = false

  package init() {}

  /// - Throws: INVALID_ARGUMENT with the option and the value seen.
  package func validate() throws(OctavoError) {
    try Self.check("--shared-prefix", sharedPrefixTokens, 0...Limits.contextLengthMax)
    try Self.check("--prefix-groups", prefixGroups, 1...Self.prefixGroupsMax)
    try Self.check("--tenants", tenants, 0...Self.tenantsMax)
    try Self.check("--priority", priority, -Limits.priorityMax...Limits.priorityMax)
    try Self.check("--continuations", continuations, 1...Limits.continuationsMax)
    guard sharedPrefixTokens * prefixGroups <= Self.prefixTokensMax else {
      throw .invalid(
        "--shared-prefix", "\(sharedPrefixTokens) in \(prefixGroups) groups",
        "all prefixes together may have \(Self.prefixTokensMax) tokens")
    }
    guard prefixGroups == 1 || sharedPrefixTokens > 0 else {
      throw .invalid("--prefix-groups", "\(prefixGroups)", "it divides those who share a prefix: give --shared-prefix")
    }
    guard cancelledFraction >= 0, cancelledFraction <= 1 else {
      throw .invalid("--cancel", "\(cancelledFraction)", "give a fraction of the requests, 0 to 1")
    }
    guard temperature >= 0, temperature <= Double(Limits.temperatureMax) else {
      throw .invalid("--temperature", "\(temperature)", "give 0 (greedy) to \(Limits.temperatureMax)")
    }
  }

  private static func check(_ option: String, _ value: Int, _ range: ClosedRange<Int>) throws(OctavoError) {
    guard range.contains(value) else {
      throw .invalid(option, "\(value)", "give \(range.lowerBound) to \(range.upperBound)")
    }
  }
}
