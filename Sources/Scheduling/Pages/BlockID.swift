/// A block's place in the table.
struct BlockID: Sendable, Hashable {
  var index: Int
}
