package import Core

extension Architecture {
  /// Bounds within which every product of dimensions fits 64 bits.
  package enum Bounds {
    package static let channelsMax = Limits.inputChannelsMax
    package static let layersMax = 4_096
    package static let headsMax = 1_024
    package static let headSizeMax = 512
    package static let vocabularyMax = 1 << 22
    package static let contextLengthMax = Limits.contextLengthMax
    package static let endTokensMax = 64
  }

  /// - Throws: INVALID_ARGUMENT for a dimension outside its bound, and for dimensions that do not go together.
  package func validate() throws(OctavoError) {
    try check("hidden size", hiddenSize, 1...Bounds.channelsMax)
    try check("layer count", layerCount, 1...Bounds.layersMax)
    try check("head count", headCount, 1...Bounds.headsMax)
    try check("key-value head count", keyValueHeadCount, 1...headCount)
    try check("head size", headSize, 2...Bounds.headSizeMax)
    try check("intermediate size", intermediateSize, 1...Bounds.channelsMax)
    try check("vocabulary count", vocabularyCount, 1...Bounds.vocabularyMax)
    try check("context length", contextLength, 1...Bounds.contextLengthMax)
    try check("channels of all heads", queryChannels, 1...Bounds.channelsMax)
    guard headCount.isMultiple(of: keyValueHeadCount) else {
      throw .invalid(
        "key-value head count", "\(keyValueHeadCount)", "it must divide the \(headCount) query heads")
    }
    guard headSize.isMultiple(of: 2) else {
      throw .invalid("head size", "\(headSize)", "rotary embedding turns pairs of channels: give an even size")
    }
    guard normEpsilon > 0, normEpsilon < 1 else {
      throw .invalid("norm epsilon", "\(normEpsilon)", "give more than 0 and less than 1")
    }
    try validateTokens()
    try rotary.validate()
  }

  private func validateTokens() throws(OctavoError) {
    try check("number of end tokens", endTokens.count, 0...Bounds.endTokensMax)
    for token in endTokens + (beginToken.map { [$0] } ?? []) where Int(token) >= vocabularyCount {
      throw .invalid("begin or end token", "\(token)", "the vocabulary has \(vocabularyCount) tokens")
    }
  }

  private func check(_ field: String, _ value: Int, _ range: ClosedRange<Int>) throws(OctavoError) {
    guard range.contains(value) else {
      throw .invalid(field, "\(value)", "\(range.lowerBound) to \(range.upperBound) is supported")
    }
  }
}

extension RotaryEmbedding {
  fileprivate func validate() throws(OctavoError) {
    guard theta >= 1, theta.isFinite else {
      throw .invalid("rotary theta", "\(theta)", "give a number of at least 1")
    }
    guard case .llama3(let factor, let low, let high, let original) = scaling else { return }
    guard factor >= 1, factor.isFinite else {
      throw .invalid("rotary scaling factor", "\(factor)", "give a number of at least 1")
    }
    guard low > 0, high > low, high.isFinite else {
      throw .invalid("rotary frequency factors", "\(low) and \(high)", "give a low one above 0 and a higher one")
    }
    guard (1...Architecture.Bounds.contextLengthMax).contains(original) else {
      throw .invalid(
        "original context length", "\(original)", "1 to \(Architecture.Bounds.contextLengthMax) is supported")
    }
  }
}
