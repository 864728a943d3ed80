/// What the split of a model over its workers is made for.
package enum SplitGoal: String, Sendable, Hashable, CaseIterable {
  /// Long prompts: only layers count, since of a whole prompt one row is projected.
  case prefill
  /// Long answers: every row is projected, so that the head weighs as many layers as it has bytes.
  case decode
  /// Requests of usual lengths.
  case mix
}
