import Core

/// Merges the bytes of one word into tokens: always the pair of lowest rank, of several the leftmost, until
/// none is left. Keeps its buffers from word to word.
///
/// Short words look for that pair by scanning, which is quadratic; long ones keep a heap, so that a text of
/// one letter takes n log n steps.
struct WordMerger: ~Copyable {
  private static let scanLengthMax = 64

  private var tokens: [TokenID] = []
  /// For each token, what it becomes with the next one: `rank << 32 | token`.
  private var merges: [UInt64] = []

  init() {}

  /// Appends the ids of `word` to `ids`.
  mutating func encode(_ word: Span<UInt8>, by model: borrowing BytePairModel, into ids: inout [TokenID]) {
    if let id = model.words.id(of: word) {
      ids.append(id)
    } else {
      merge(word, by: model, into: &ids)
    }
  }

  /// As `encode`, without looking for the whole word.
  mutating func merge(_ word: Span<UInt8>, by model: borrowing BytePairModel, into ids: inout [TokenID]) {
    tokens.removeAll(keepingCapacity: true)
    for index in word.indices {
      let token = model.byteTokens[Int(word[index])]
      if token != BytePairModel.noToken { tokens.append(token) }
    }
    if tokens.count <= Self.scanLengthMax {
      mergeByScanning(model)
      ids.append(contentsOf: tokens)
    } else {
      var chain = TokenChain(tokens, model)
      chain.mergeAll(by: model)
      chain.append(to: &ids)
      releaseIfLarge()
    }
  }

  private mutating func mergeByScanning(_ model: borrowing BytePairModel) {
    guard tokens.count > 1 else { return }
    merges.removeAll(keepingCapacity: true)
    for index in 0..<tokens.count - 1 { merges.append(model.merge(tokens[index], tokens[index + 1])) }
    while let index = lowest() {
      tokens[index] = TokenID(truncatingIfNeeded: merges[index])
      tokens.remove(at: index + 1)
      merges.remove(at: index)
      if index > 0 { merges[index - 1] = model.merge(tokens[index - 1], tokens[index]) }
      if index < merges.count { merges[index] = model.merge(tokens[index], tokens[index + 1]) }
    }
  }

  /// The first of the lowest merges, `nil` if nothing merges.
  private func lowest() -> Int? {
    var best = PairTable.absent
    var place = 0
    for index in merges.indices where merges[index] < best {
      best = merges[index]
      place = index
    }
    return best == PairTable.absent ? nil : place
  }

  /// A word of megabytes is rare: its buffers are not kept.
  private mutating func releaseIfLarge() {
    if tokens.capacity > 1 << 16 { tokens = [] }
  }
}
