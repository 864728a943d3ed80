import Core

/// What a last stage says of a microbatch, or of all of a request's.
struct Answer: Hashable {
  var tokens: [SampledToken] = []
  var scores: [SampledToken] = []

  static func += (left: inout Answer, right: Answer) {
    left.tokens += right.tokens
    left.scores += right.scores
  }
}

extension Collection<SampledToken> {
  /// Positions, ids and the logprobs' bits.
  var bits: [[UInt32]] {
    map { token in
      [UInt32(token.position), token.choice.token, token.choice.logprob.bitPattern]
        + token.top.flatMap { [$0.token, $0.logprob.bitPattern] }
    }
  }
}
