/// Tokens of a whole run.
package struct TokenCounts: Sendable, Hashable {
  /// Of requests that got a first token.
  package var prompt = 0
  /// Of the prompts of answered requests, computed by requests before.
  package var cached = 0
  package var generated = 0

  package init() {}
}
