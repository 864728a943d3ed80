/// A token and the natural logarithm of its probability in the unmodified softmax.
package struct TokenLogprob: Sendable, Hashable {
  package var token: TokenID
  package var logprob: Float

  package init(token: TokenID, logprob: Float) {
    self.token = token
    self.logprob = logprob
  }
}
