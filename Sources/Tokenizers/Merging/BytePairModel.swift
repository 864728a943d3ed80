import Core

/// The tables that turn a word into ids: immutable, shared by every call.
struct BytePairModel: Sendable {
  /// No token, where an id is wanted.
  static let noToken = TokenID.max

  /// The token of each single byte; `noToken` where the vocabulary has none, and then the byte is dropped,
  /// as `tokenizers` drops it.
  let byteTokens: [TokenID]
  /// Pairs of tokens that merge: rank in the upper half, the token they become in the lower.
  let merges: PairTable
  /// Words that are one token as a whole: those that merging would reach anyway, or, where the file says
  /// `ignore_merges`, every token of the vocabulary.
  private(set) var words: ByteStringTable

  /// - Parameter candidates: tokens by the bytes they stand for, each once.
  init(byteTokens: [TokenID], merges: PairTable, candidates: [(bytes: [UInt8], id: TokenID)], ignoresMerges: Bool) {
    self.byteTokens = byteTokens
    self.merges = merges
    words = ByteStringTable(minimumCapacity: candidates.count)
    let withoutWords = self
    var merger = WordMerger()
    var ids: [TokenID] = []
    for candidate in candidates {
      if !ignoresMerges {
        ids.removeAll(keepingCapacity: true)
        merger.merge(candidate.bytes.span, by: withoutWords, into: &ids)
      }
      guard ignoresMerges || ids == [candidate.id] else { continue }
      _ = words.insert(candidate.bytes.span, id: candidate.id)
    }
  }

  /// What two neighbours become, `PairTable.absent` if they do not merge. Lower is earlier.
  func merge(_ left: TokenID, _ right: TokenID) -> UInt64 { merges.value(left, right) }
}
