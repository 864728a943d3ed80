internal import Core

/// The `count` tokens with the largest logits, best first, ties by lower id: one pass, no sorting of the rest.
func topTokens(_ logits: UnsafeBufferPointer<Float>, count: Int) -> [TokenID] {
  guard count > 0 else { return [] }
  var top: [TokenID] = []
  var least = -Float.infinity
  for token in logits.indices where top.count < count || logits[token] > least {
    let place = top.firstIndex { logits[token] > logits[Int($0)] } ?? top.count
    if top.count == count { top.removeLast() }
    top.insert(TokenID(token), at: place)
    least = logits[Int(top[top.count - 1])]
  }
  return top
}
