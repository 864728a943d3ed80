internal import Core

/// What must hold for an opening or a segment by itself.
extension SequenceTable {
  /// - Throws: INVALID_ARGUMENT with the field and the value seen.
  func check(_ opening: SequenceOpening) throws(OctavoError) {
    let field = "opening of sequence \(opening.sequence.rawValue)"
    try opening.sampling.validate()
    guard (1...capacity.contextLength).contains(opening.tokens.count) else {
      throw .invalid(field, "of \(opening.tokens.count) tokens", "give 1 to \(capacity.contextLength)")
    }
    try checkTokens(opening.tokens, field)
    guard (1...opening.tokens.count).contains(opening.promptCount) else {
      throw .invalid(field, "with a prompt of \(opening.promptCount)", "give 1 to its \(opening.tokens.count) tokens")
    }
    guard (0..<opening.tokens.count).contains(opening.cachedCount),
      opening.cachedCount.isMultiple(of: Limits.tokensPerPage)
    else {
      throw .invalid(
        field, "with \(opening.cachedCount) cached positions",
        "give whole pages of \(Limits.tokensPerPage), less than its \(opening.tokens.count) tokens")
    }
    // Ascending: the last is the largest.
    try checkTokens(opening.sampling.logitBias.suffix(1).map(\.token), "logit_bias of \(field)")
  }

  /// - Throws: INVALID_ARGUMENT with the field and the value seen.
  func check(_ segment: Segment, of sketch: SequenceSketch) throws(OctavoError) {
    let field = "segment of sequence \(segment.sequence.rawValue)"
    guard segment.position == sketch.length else {
      throw .invalid(field, "at position \(segment.position)", "the next position is \(sketch.length)")
    }
    guard !segment.tokens.isEmpty else { throw .invalid(field, "empty", "give at least one token") }
    let end = sketch.length + segment.tokens.count
    guard end <= capacity.contextLength else {
      throw .invalid(field, "up to position \(end)", "the context length is \(capacity.contextLength)")
    }
    guard end <= sketch.pageCount * Limits.tokensPerPage else {
      throw .invalid(field, "up to position \(end)", "its \(sketch.pageCount) pages end before")
    }
    try checkTokens(segment.tokens, field)
    guard zip(sketch.tokens.dropFirst(segment.position), segment.tokens).allSatisfy(==) else {
      throw .invalid(field, "of other tokens than before", "a sequence's tokens never change")
    }
    try checkFlags(of: segment, sketch, field)
  }

  private func checkFlags(of segment: Segment, _ sketch: SequenceSketch, _ field: String) throws(OctavoError) {
    let end = segment.position + segment.tokens.count
    if segment.scores {
      guard sketch.sampling.promptLogprobs != nil else {
        throw .invalid(field, "scores", "its sampling has no prompt_logprobs")
      }
      guard end <= sketch.promptCount else {
        throw .invalid(field, "scores up to position \(end)", "the prompt ends at \(sketch.promptCount)")
      }
    }
    // Penalties count the tokens before the one that is sampled: no later ones may be known.
    guard !segment.samples || !sketch.sampling.adjustsLogits || end >= sketch.tokens.count else {
      throw .invalid(
        field, "samples at position \(end)", "its \(sketch.tokens.count) tokens are known: sample after them")
    }
  }

  private func checkTokens(_ tokens: [TokenID], _ field: String) throws(OctavoError) {
    guard let stray = tokens.first(where: { Int($0) >= vocabularyCount }) else { return }
    throw .invalid(field, "with token \(stray)", "the vocabulary has \(vocabularyCount) tokens")
  }
}
