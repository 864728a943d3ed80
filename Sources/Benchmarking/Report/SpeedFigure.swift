package import Engine

/// Tokens a second, and what a round of them does.
package struct SpeedFigure: Sendable, Hashable {
  package var tokensPerSecond: Spread
  /// Of a round of its own, whose time is not in `tokensPerSecond`.
  package var profile: StageProfile
  /// How many the profiled round counted for.
  package var tokens: Int
  /// What memory gave between the rounds, in bytes a second; `nil` for weights that stay in caches.
  package var readBytesPerSecond: Double?

  package init(tokensPerSecond: Spread, profile: StageProfile, tokens: Int, readBytesPerSecond: Double? = nil) {
    self.tokensPerSecond = tokensPerSecond
    self.profile = profile
    self.tokens = tokens
    self.readBytesPerSecond = readBytesPerSecond
  }

  /// The machine's limits as they were while this was measured.
  package func limits(of machine: MachineLimits) -> MachineLimits {
    var limits = machine
    if let readBytesPerSecond { limits.readBytesPerSecond = readBytesPerSecond }
    return limits
  }

  /// The speed at which the slower of memory and multipliers would be busy all the time, and which of them it is.
  package func limit(_ machine: MachineLimits) -> (tokensPerSecond: Double, by: RooflineBound.Limit) {
    let bound = RooflineBound(profile.work, limits(of: machine))
    return (Double(tokens) / bound.seconds, bound.limit)
  }

  /// How much of the limit the median reaches.
  package func fraction(_ machine: MachineLimits) -> Double {
    tokensPerSecond.median / limit(machine).tokensPerSecond
  }
}
