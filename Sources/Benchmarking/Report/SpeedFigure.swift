package import Engine

/// Tokens a second, and what a round of them does.
package struct SpeedFigure: Sendable, Hashable {
  package var tokensPerSecond: Spread
  /// Of a round of its own, whose time is not in `tokensPerSecond`.
  package var profile: StageProfile
  /// How many the profiled round counted for.
  package var tokens: Int

  package init(tokensPerSecond: Spread, profile: StageProfile, tokens: Int) {
    self.tokensPerSecond = tokensPerSecond
    self.profile = profile
    self.tokens = tokens
  }

  /// The speed at which the slower of memory and multipliers would be busy all the time, and which of them it is.
  package func limit(_ limits: MachineLimits) -> (tokensPerSecond: Double, by: RooflineBound.Limit) {
    let bound = RooflineBound(profile.work, limits)
    return (Double(tokens) / bound.seconds, bound.limit)
  }

  /// How much of the limit the median reaches.
  package func fraction(_ limits: MachineLimits) -> Double {
    tokensPerSecond.median / limit(limits).tokensPerSecond
  }
}
