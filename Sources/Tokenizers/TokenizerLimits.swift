import Core

/// What a tokenizer.json may ask for. The largest published vocabularies hold about 260,000 tokens in 33 MB.
enum TokenizerLimits {
  static let fileBytesMax = 128 << 20
  /// One past the highest id.
  static let vocabularyMax = 1 << 20
  static let mergesMax = 1 << 22
  /// Bytes of one token of the vocabulary as it is spelled in the file.
  static let tokenBytesMax = 4_096
  static let addedTokensMax = 1 << 16
  /// Bytes of an added token: bounds the work at each position of a text.
  static let addedTokenBytesMax = 256
  /// Ids a template puts around a text.
  static let templateIDsMax = 64
  /// Pre-tokenizers or post-processors in a sequence.
  static let sequenceMax = 16
  static let patternScalarsMax = 8_192
  /// Groups within groups of a pattern.
  static let patternDepthMax = 32
  static let patternRepetitionsMax = 1_000
  /// Heap the pattern matcher may take for one match, in KiB.
  static let matchHeapKiBMax: UInt32 = 64 << 10
  /// Stack of compiled patterns.
  static let matchStackBytesMax = 1 << 20
  /// Steps of one match: a few for each byte of the text, so that no pattern can take exponential time.
  static func matchStepsMax(textBytes: Int) -> UInt32 { UInt32(10_000 + 8 * min(textBytes, Limits.promptBytesMax)) }
}
