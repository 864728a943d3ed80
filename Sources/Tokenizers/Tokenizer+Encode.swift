package import Core

extension Tokenizer {
  /// The ids of `text`, equal to those of `tokenizers`.
  ///
  /// Added tokens that stand in the text, special ones too, become their ids.
  ///
  /// - Parameters:
  ///   - text: at most `Limits.promptBytesMax` bytes of UTF-8.
  ///   - addingSpecialTokens: whether the post-processor adds its ids, such as that of the beginning of text.
  /// - Throws: RESOURCE_EXHAUSTED for a longer text, or one on which the split pattern exceeds its limits.
  package func encode(_ text: String, addingSpecialTokens: Bool) throws(OctavoError) -> [TokenID] {
    let bytes = Array(text.utf8)
    guard bytes.count <= Limits.promptBytesMax else {
      throw OctavoError(
        .resourceExhausted, "the text has \(bytes.count) bytes: at most \(Limits.promptBytesMax) are encoded")
    }
    var ids: [TokenID] = []
    ids.reserveCapacity(bytes.count / 3 + storage.template.count)
    if addingSpecialTokens { ids.append(contentsOf: storage.template.prefix) }
    try storage.encode(bytes.span, into: &ids)
    if addingSpecialTokens { ids.append(contentsOf: storage.template.suffix) }
    return ids
  }
}

extension Tokenizer.Storage {
  fileprivate func encode(_ text: Span<UInt8>, into ids: inout [TokenID]) throws(OctavoError) {
    // Normalized text may be longer; a match's steps leave room for that.
    var matcher = try PatternMatcher(textBytes: text.count)
    var merger = WordMerger()
    for segment in addedTokens.segments(of: text) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range):
        let piece = text.extracting(range)
        if let normalized = normalizer.normalized(piece) {
          try encodeNormalized(normalized.span, &matcher, &merger, &ids)
        } else {
          try encodeNormalized(piece, &matcher, &merger, &ids)
        }
      }
    }
  }

  private func encodeNormalized(
    _ text: Span<UInt8>, _ matcher: inout PatternMatcher, _ merger: inout WordMerger, _ ids: inout [TokenID]
  ) throws(OctavoError) {
    for segment in normalizedAddedTokens.segments(of: text) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range):
        try preTokenizer.forEachWord(in: text.extracting(range), with: &matcher) { word in
          merger.encode(word, by: model, into: &ids)
        }
      }
    }
  }
}
