internal import Core

/// The rows of a microbatch, each with what the forward pass needs of its sequence.
struct RowBatch {
  var tokens: [TokenID] = []
  var positions: [UInt32] = []
  /// Where each row's sequence starts in `pages`.
  var pageStarts: [Int] = []
  /// The pages of the sequences, those of one sequence in order and together.
  var pages: [UInt32] = []
  /// The rows once more, by sequence.
  var segments: [RowSegment] = []

  var count: Int { tokens.count }

  /// - Precondition: the microbatch was checked against `table` and its changes applied.
  init(_ segments: [Segment], _ table: SequenceTable) {
    for segment in segments {
      let start = pages.count
      let rows = tokens.count..<tokens.count + segment.tokens.count
      self.segments.append(RowSegment(rows: rows, position: segment.position, pageStart: start))
      pages += table.sequences[segment.sequence]!.pages
      for (index, token) in segment.tokens.enumerated() {
        tokens.append(token)
        positions.append(UInt32(segment.position + index))
        pageStarts.append(start)
      }
    }
  }

  /// Some of the rows, ascending, each a segment of its own.
  func only(_ rows: [Int]) -> RowBatch {
    var batch = self
    batch.tokens = rows.map { tokens[$0] }
    batch.positions = rows.map { positions[$0] }
    batch.pageStarts = rows.map { pageStarts[$0] }
    batch.segments = rows.enumerated().map { index, row in
      RowSegment(rows: index..<index + 1, position: Int(positions[row]), pageStart: pageStarts[row])
    }
    return batch
  }
}
