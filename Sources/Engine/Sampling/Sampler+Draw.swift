internal import CKernels
internal import Core

extension Sampler {
  /// Draws a token after temperature, top-k, top-p and min-p, in this order.
  func draw(
    _ logits: UnsafeBufferPointer<Float>, _ largest: Float, _ position: Int, _ parameters: SamplingParameters
  ) -> Int {
    // Finite even where a temperature's inverse is not: the largest logit's difference is 0 and must stay 0.
    let factor = min(1 / parameters.temperature, .greatestFiniteMagnitude)
    let everything = kernels.table.pointee.exp_sum(logits.baseAddress!, logits.count, largest, factor, weights.base)
    let generator = CounterGenerator(seed: parameters.seed, continuation: parameters.continuation)
    let uniform = generator.uniform(position: position)
    let isFiltered = parameters.topK.map { $0 < logits.count } ?? false || parameters.topP < 1 || parameters.minP > 0
    guard isFiltered else { return walk(to: uniform * everything) }
    return walk(to: uniform * keep(logits, parameters))
  }

  /// Sets the weights of the tokens that the filters drop to 0 and returns the sum of the others.
  private func keep(_ logits: UnsafeBufferPointer<Float>, _ parameters: SamplingParameters) -> Double {
    if let topK = parameters.topK, topK < logits.count {
      cut(logits, Cutoff(logits, reaching: Double(topK)) { _ in 1 })
    }
    if parameters.topP < 1 {
      let target = Double(parameters.topP) * sum()
      cut(logits, Cutoff(logits, reaching: target) { Double(weights.base[$0]) })
    }
    // The most probable token's weight is 1.
    for token in 0..<weights.count where weights.base[token] < parameters.minP { weights.base[token] = 0 }
    return sum()
  }

  private func cut(_ logits: UnsafeBufferPointer<Float>, _ cutoff: Cutoff) {
    for token in logits.indices where !cutoff.keeps(token, key: orderKey(logits[token])) { weights.base[token] = 0 }
  }

  private func sum() -> Double {
    var sum = 0.0
    for token in 0..<weights.count { sum += Double(weights.base[token]) }
    return sum
  }

  /// The first token, by id, whose weight takes the running sum past `target`; the last that has any weight if
  /// rounding hides the end.
  private func walk(to target: Double) -> Int {
    var sum = 0.0
    var last = 0
    for token in 0..<weights.count where weights.base[token] > 0 {
      sum += Double(weights.base[token])
      last = token
      if sum > target { break }
    }
    return last
  }
}
