/// What attention leaves to be joined where its blocks of positions are computed apart, in the kernels' layout: for
/// each block and query head the largest score, the sum of the weights and the mixed values.
package struct AttentionPartials: Sendable, Hashable {
  /// Positions of a block.
  package static let positionsPerBlock = 256
  /// Floats before the mixed values.
  package static let mixedStart = 16

  /// Blocks of one row, at most: rows share the room, and are computed in one piece where it does not suffice.
  package var blocksMax: Int
  /// Floats from one query head's part to the next.
  package var stride: Int
  private var headCount: Int

  package init(_ architecture: Architecture, contextLength: Int) {
    blocksMax = Self.blocks(contextLength)
    stride = Self.mixedStart + architecture.headSize.roundedUp(toMultipleOf: Self.mixedStart)
    headCount = architecture.headCount
  }

  package var floatCount: Int { blocksMax * headCount * stride }

  /// Blocks that `length` positions reach into.
  package static func blocks(_ length: Int) -> Int {
    length.roundedUp(toMultipleOf: positionsPerBlock) / positionsPerBlock
  }
}
