package import COctavoProto
package import Core

/// What came of one microbatch at the end of its pipeline.
package struct ResultsResponse: Sendable, Hashable {
  package var microbatch: MicrobatchID
  package var epoch: Epoch
  package var tokens: [SampledToken]
  /// Tokens of prompts whose segments asked for scores, in the order of the rows.
  package var scores: [SampledToken]
  /// Of each stage, first stage first.
  package var timings: [StageTiming]

  package init(
    microbatch: MicrobatchID, epoch: Epoch, tokens: [SampledToken], scores: [SampledToken] = [],
    timings: [StageTiming] = []
  ) {
    self.microbatch = microbatch
    self.epoch = epoch
    self.tokens = tokens
    self.scores = scores
    self.timings = timings
  }
}

extension ResultsResponse: WireMessage {
  package init(reading wire: Octavo__V1__ResultsResponse) throws(OctavoError) {
    self.init(
      microbatch: MicrobatchID(wire.microbatch), epoch: Epoch(wire.epoch),
      tokens: try Reading.messages(wire.n_tokens, wire.tokens),
      scores: try Reading.messages(wire.n_scores, wire.scores),
      timings: try Reading.messages(wire.n_timings, wire.timings, most: Limits.stagesMax, "timings"))
  }

  package func write(to wire: inout Octavo__V1__ResultsResponse, in arena: Arena) {
    wire.microbatch = microbatch.rawValue
    wire.epoch = epoch.rawValue
    (wire.n_tokens, wire.tokens) = arena.messages(tokens)
    (wire.n_scores, wire.scores) = arena.messages(scores)
    (wire.n_timings, wire.timings) = arena.messages(timings)
  }
}
