internal import Core

/// The probabilities that logits stand for, as reports give them.
struct Softmax {
  let logits: UnsafeBufferPointer<Float>
  /// The token of the largest logit.
  let best: Int
  /// Natural logarithm of the sum of exp of each logit less the largest.
  let logOfSum: Double

  func logprob(of token: TokenID) -> TokenLogprob {
    TokenLogprob(
      token: token, logprob: Float((Double(logits[Int(token)]) - Double(logits[best])) - logOfSum))
  }

  func report(_ token: TokenID, _ sequence: SequenceID, _ position: Int, topCount: Int) -> SampledToken {
    SampledToken(
      sequence: sequence, position: position, choice: logprob(of: token),
      top: topTokens(logits, count: topCount).map(logprob(of:)))
  }
}
