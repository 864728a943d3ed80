/// What one request asks for, drawn before the run.
package struct PlannedRequest: Sendable, Hashable {
  package var index: Int
  /// What is shared with others included.
  package var promptTokens: Int
  package var outputTokens: Int
  /// From 0: which prefix the prompt begins with.
  package var prefixGroup: Int
  /// From 0; nil: nobody is named.
  package var tenant: Int?
  /// The client cancels once it has so many tokens, fewer than it asked for; nil: never.
  package var cancelledAfter: Int?
  package var samplingSeed: UInt64
  /// The lengths as drawn did not fit the model's context.
  package var isClipped: Bool
}
