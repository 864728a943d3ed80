import Core

/// The same 16 positions on every stage of a pipeline: one page each.
struct Block: Sendable {
  /// By stage.
  var pages: [PageID]
  /// Sequences that read it, the one that writes it among them.
  var holderCount: Int
  /// Where its content stands among the prefixes, if it may be shared.
  var node: NodeID?
  /// Neighbours among the idle blocks.
  var older: BlockID?
  var newer: BlockID?
}
