internal import Models

/// How the attention of a microbatch is cut for the threads: into tiles of rows of one sequence, or, where those would
/// leave threads idle, also into blocks of positions. What each query gets is the same either way.
struct AttentionPlan {
  /// Rows of one sequence that are computed together for one KV head.
  struct Tile {
    /// Of the batch.
    var rows: Range<Int>
    /// Positions that the first row attends to.
    var firstLength: Int
    var pageStart: Int
    /// Rows times blocks of the tiles before.
    var partialsBefore: Int

    var lastLength: Int { firstLength + rows.count - 1 }
    var blockCount: Int { AttentionPartials.blocks(lastLength) }
    /// Positions of all rows, nearly.
    var work: Int { rows.count * lastLength }
  }

  /// Blocks of one tile and one KV head.
  struct Piece {
    var tile: Tile
    var head: Int
    var blocks: Range<Int>
  }

  /// Queries that a tile should have: enough that keys and values stay in the cache for many.
  private static let queriesPerTile = 48
  /// Pieces for each thread, so that none waits long for another.
  private static let piecesPerThread = 8

  private(set) var tiles: [Tile] = []
  private(set) var isApart = false
  private let headCount: Int

  init(
    _ segments: [RowSegment], keyValueHeadCount: Int, headsPerKeyValue: Int, threads: Int, partialBlocksMax: Int
  ) {
    headCount = keyValueHeadCount
    let rows = segments.last?.rows.upperBound ?? 0
    let evenShare = rows * keyValueHeadCount / (4 * threads)
    let rowsPerTile = max(1, min(Self.queriesPerTile / headsPerKeyValue, evenShare))
    var partials = 0
    for segment in segments {
      for start in stride(from: segment.rows.lowerBound, to: segment.rows.upperBound, by: rowsPerTile) {
        let rows = start..<min(start + rowsPerTile, segment.rows.upperBound)
        let tile = Tile(
          rows: rows, firstLength: segment.position + start - segment.rows.lowerBound + 1,
          pageStart: segment.pageStart, partialsBefore: partials)
        partials += rows.count * tile.blockCount
        tiles.append(tile)
      }
    }
    isApart = partials <= partialBlocksMax && leavesThreadsIdle(threads)
  }

  /// Tiles times KV heads.
  var unitCount: Int { tiles.count * headCount }

  /// The tile and the KV head of a unit, long rows of a sequence first.
  func unit(_ index: Int) -> (tile: Tile, head: Int) {
    (tiles[tiles.count - 1 - index % tiles.count], index / tiles.count)
  }

  /// The units in runs of blocks.
  func pieces(threads: Int) -> [Piece] {
    let blocks = headCount * tiles.reduce(0) { $0 + $1.blockCount }
    let blocksPerPiece = max(1, blocks / (Self.piecesPerThread * threads))
    return (0..<unitCount).flatMap { index in
      let (tile, head) = unit(index)
      return stride(from: 0, to: tile.blockCount, by: blocksPerPiece).map { start in
        Piece(tile: tile, head: head, blocks: start..<min(start + blocksPerPiece, tile.blockCount))
      }
    }
  }

  /// Whether threads that take whole units, one after the other, would need a quarter more time than if all of the
  /// work could be shared evenly.
  private func leavesThreadsIdle(_ threads: Int) -> Bool {
    let longest = tiles.map(\.work).max() ?? 0
    guard threads > 1, longest > AttentionPartials.positionsPerBlock else { return false }
    let total = headCount * tiles.reduce(0) { $0 + $1.work }
    let rounds = (unitCount + threads - 1) / threads
    return 4 * min(threads * rounds * longest, total + threads * longest) > 5 * total
  }
}
