/// What an instance has got out of its pipelines so far.
struct Progress: Sendable, Hashable {
  var joins = 0
  var completions = 0
  var tokens = 0

  /// Tokens always count. Prompts pass in many microbatches without any, but in a pipeline that was joined anew
  /// they may be the same ones again.
  func isAdvanced(since earlier: Progress) -> Bool {
    tokens > earlier.tokens || joins == earlier.joins && completions > earlier.completions
  }
}
