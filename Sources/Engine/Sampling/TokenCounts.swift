package import Core

/// Which tokens a sequence holds and how often its answer does, for penalties: kept up token by token, so that no step
/// walks the sequence.
package struct TokenCounts: Sendable {
  private struct Entry {
    let token: TokenID
    /// How often the answer holds it; 0 for a token that only the prompt holds.
    var count: Int
  }

  /// One for each token, in the order in which they came: an array is walked faster than a dictionary.
  private var entries: [Entry] = []
  private var places: [TokenID: Int] = [:]

  package init(prompt: ArraySlice<TokenID>, answer: ArraySlice<TokenID> = []) {
    for token in prompt { add(token, 0) }
    add(answer)
  }

  /// - Returns: `nil` for a sequence without penalties.
  init?(_ opening: SequenceOpening) {
    let sampling = opening.sampling
    let countsPrompt = sampling.repetitionPenalty != 1
    guard countsPrompt || sampling.presencePenalty != 0 || sampling.frequencyPenalty != 0 else { return nil }
    self.init(
      prompt: opening.tokens.prefix(countsPrompt ? opening.promptCount : 0),
      answer: opening.tokens.dropFirst(opening.promptCount))
  }

  /// Counts tokens that the answer now holds.
  mutating func add(_ tokens: ArraySlice<TokenID>) {
    for token in tokens { add(token, 1) }
  }

  private mutating func add(_ token: TokenID, _ count: Int) {
    if let place = places[token] {
      entries[place].count += count
    } else {
      places[token] = entries.count
      entries.append(Entry(token: token, count: count))
    }
  }

  /// Calls `body` once for each token that the sequence holds, with how often its answer does once `newTokens` are part
  /// of it.
  func forEach(with newTokens: [TokenID], _ body: (_ token: TokenID, _ count: Int) -> Void) {
    var (known, unknown): ([Int: Int], [TokenID: Int]) = ([:], [:])
    for token in newTokens {
      if let place = places[token] { known[place, default: 0] += 1 } else { unknown[token, default: 0] += 1 }
    }
    var start = 0
    for (place, count) in known.sorted(by: { $0.key < $1.key }) {
      for entry in entries[start..<place] { body(entry.token, entry.count) }
      body(entries[place].token, entries[place].count + count)
      start = place + 1
    }
    for entry in entries[start...] { body(entry.token, entry.count) }
    for (token, count) in unknown { body(token, count) }
  }
}
