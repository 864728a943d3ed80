internal import Core

extension Sampler {
  /// Runs `body` on logits changed by bias and penalties, and then puts back what was there.
  func adjusting<Result>(
    _ logits: UnsafeMutableBufferPointer<Float>, _ adjustment: LogitAdjustment,
    _ body: (UnsafeBufferPointer<Float>) -> Result
  ) -> Result {
    originals.removeAll(keepingCapacity: true)
    for entry in adjustment.bias { change(logits, entry.token, to: logits[Int(entry.token)] + entry.bias) }
    adjustment.forEachPenalty { token, count in
      change(logits, token, to: adjustment.penalized(logits[Int(token)], count: count))
    }
    let result = body(UnsafeBufferPointer(logits))
    // A token may have been changed twice: the first change is undone last.
    for original in originals.reversed() { logits[Int(original.token)] = original.logit }
    return result
  }

  private func change(_ logits: UnsafeMutableBufferPointer<Float>, _ token: TokenID, to logit: Float) {
    originals.append((token, logits[Int(token)]))
    logits[Int(token)] = logit
  }
}
