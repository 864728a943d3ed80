/// What is added to a token's logit before anything else is done with it.
package struct LogitBias: Sendable, Hashable {
  package var token: TokenID
  /// -100 to 100: the ends forbid and force a token for all practical purposes.
  package var bias: Float

  package init(token: TokenID, bias: Float) {
    self.token = token
    self.bias = bias
  }
}
