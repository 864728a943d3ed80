internal import CKernels
package import Core

/// Picks tokens from logits and tells how probable tokens are. All sums run in a fixed order, so a row's token and
/// logprobs depend on its logits, its parameters, the tokens before it and its position alone.
package final class Sampler {
  let kernels: Kernels
  /// exp of each logit less the largest, over the temperature.
  let weights: AlignedBuffer<Float>
  /// Logits that bias and penalties changed, as they were, in the order of the changes.
  var originals: [(token: TokenID, logit: Float)] = []

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

  /// Picks a token.
  ///
  /// - Parameters:
  ///   - logits: as the model gives them; changed meanwhile if there is an adjustment, and left as they were.
  ///   - position: the one the token will take: part of the generator's key.
  /// - Throws: INTERNAL for logits that are infinite or not numbers.
  package func sample(
    _ logits: UnsafeMutableBufferPointer<Float>, _ sequence: SequenceID, position: Int,
    _ parameters: SamplingParameters, _ adjustment: LogitAdjustment? = nil
  ) throws(OctavoError) -> SampledToken {
    let softmax = try softmax(of: UnsafeBufferPointer(logits), sequence, position)
    let choice =
      if let adjustment {
        adjusting(logits, adjustment) { pick($0, largest($0), position, parameters) }
      } else {
        pick(UnsafeBufferPointer(logits), softmax.best, position, parameters)
      }
    return softmax.report(TokenID(choice), sequence, position, topCount: parameters.topLogprobs ?? 0)
  }

  /// Tells how probable a token is that is known.
  ///
  /// - Parameter position: the one the token takes.
  /// - Throws: INTERNAL for logits that are infinite or not numbers.
  package func score(
    _ token: TokenID, _ logits: UnsafeBufferPointer<Float>, _ sequence: SequenceID, position: Int, topCount: Int
  ) throws(OctavoError) -> SampledToken {
    try softmax(of: logits, sequence, position).report(token, sequence, position, topCount: topCount)
  }

  private func softmax(
    of logits: UnsafeBufferPointer<Float>, _ sequence: SequenceID, _ position: Int
  ) throws(OctavoError) -> Softmax {
    guard kernels.table.pointee.all_finite(logits.baseAddress!, logits.count) != 0 else {
      throw OctavoError(
        .internal,
        "logits of sequence \(sequence.rawValue) at position \(position) are not finite: the checkpoint may be "
          + "damaged, or its keys and values too large for float16")
    }
    let best = largest(logits)
    let sum = kernels.table.pointee.exp_sum(logits.baseAddress!, logits.count, logits[best], 1, nil)
    return Softmax(logits: logits, best: best, logOfSum: octavo_log(sum))
  }

  /// - Parameter best: the token of the largest logit.
  private func pick(
    _ logits: UnsafeBufferPointer<Float>, _ best: Int, _ position: Int, _ parameters: SamplingParameters
  ) -> Int {
    parameters.temperature == 0 ? best : draw(logits, logits[best], position, parameters)
  }

  /// The token of the largest logit, the lowest of equals.
  private func largest(_ logits: UnsafeBufferPointer<Float>) -> Int {
    kernels.table.pointee.argmax(logits.baseAddress!, logits.count)
  }
}
