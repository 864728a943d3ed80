internal import Core

/// The rows of a microbatch, each with what the forward pass needs of its sequence.
struct RowBatch {
  var tokens: [TokenID] = []
  var positions: [UInt32] = []
  /// Where each row's sequence starts in `pages`.
  var pageStarts: [Int] = []
  /// The pages of the sequences, those of one sequence in order and together.
  var pages: [UInt32] = []

  var count: Int { tokens.count }

  /// - Precondition: the microbatch was checked against `table` and its changes applied.
  init(_ segments: [Segment], _ table: SequenceTable) {
    for segment in segments {
      let start = pages.count
      pages += table.sequences[segment.sequence]!.pages
      for (index, token) in segment.tokens.enumerated() {
        tokens.append(token)
        positions.append(UInt32(segment.position + index))
        pageStarts.append(start)
      }
    }
  }
}
