/// Numbers a node; never used twice.
struct NodeID: Sendable, Hashable {
  var number: UInt64
}
