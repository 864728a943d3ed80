internal import CKernels
package import Core

/// Picks tokens from logits. All sums run in a fixed order, so a row's token and logprobs depend on its logits,
/// its parameters and its position alone.
package final class Sampler {
  let kernels: Kernels
  /// exp of each logit less the largest, over the temperature.
  let weights: AlignedBuffer<Float>

  init(kernels: Kernels, vocabularyCount: Int) throws(OctavoError) {
    self.kernels = kernels
    weights = try AlignedBuffer(count: vocabularyCount)
  }

  /// A sampler apart from a stage.
  ///
  /// - Throws: FAILED_PRECONDITION for kernels this machine cannot run.
  package convenience init(kernels: KernelChoice, vocabularyCount: Int) throws(OctavoError) {
    try self.init(kernels: try Kernels(kernels), vocabularyCount: vocabularyCount)
  }

  /// - Parameter position: the one the token will take: part of the generator's key.
  /// - Throws: INTERNAL for logits that are infinite or not numbers.
  package func sample(
    _ logits: UnsafeBufferPointer<Float>, _ sequence: SequenceID, position: Int, _ parameters: SamplingParameters
  ) throws(OctavoError) -> SampledToken {
    let values = logits.baseAddress!
    guard kernels.table.pointee.all_finite(values, logits.count) != 0 else {
      throw OctavoError(
        .internal,
        "logits of sequence \(sequence.rawValue) at position \(position) are not finite: the checkpoint may be "
          + "damaged, or its keys and values too large for float16")
    }
    let best = kernels.table.pointee.argmax(values, logits.count)
    let largest = logits[best]
    let logOfSum = octavo_log(kernels.table.pointee.exp_sum(values, logits.count, largest, 1, nil))
    let logprob = { (token: TokenID) in
      TokenLogprob(
        token: token, logprob: Float((Double(logits[Int(token)]) - Double(largest)) - logOfSum))
    }
    let choice = parameters.temperature == 0 ? best : draw(logits, largest, position, parameters)
    return SampledToken(
      sequence: sequence, position: position, choice: logprob(TokenID(choice)),
      top: topTokens(logits, count: parameters.topLogprobs ?? 0).map(logprob))
  }
}
