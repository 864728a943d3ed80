/// Consecutive rows of a microbatch that are consecutive positions of one sequence.
struct RowSegment {
  var rows: Range<Int>
  /// Of the first row.
  var position: Int
  /// Where the sequence's pages start among those of the batch.
  var pageStart: Int
}
