package import Core

/// What a stage answers for a microbatch.
package enum StageOutput: Sendable, Hashable {
  /// For the next stage: rows of the model's hidden size, row-major, in the instance's wire format.
  case activations([UInt8])
  /// From the last stage: tokens, one a sampling segment, in their order; and the prompts' own tokens with their
  /// logprobs, one a row of the segments that score, in the order of the rows. The row of a prompt's last token has
  /// none.
  case sampled([SampledToken], scores: [SampledToken])
}
