internal import CKernels
internal import Core
internal import Models

/// What reads and writes the pages of K and V.
extension CPUStage {
  /// Multiply-adds of attention below which sharing costs more than it gains.
  private static let sharedAttentionMin = 1 << 17

  /// Rotates queries and keys, and rounds keys and values into the pages, before any row attends.
  func storeKeysAndValues(_ batch: RowBatch, _ columns: [Int], _ pages: OctavoPages) {
    let (headSize, width) = (architecture.headSize, workspace.strides.rotary)
    let table = kernels.table.pointee
    forRows(batch.count) { row in
      let inputs = workspace.attentionInputs.base + row * workspace.strides.attentionInputs
      let (keys, values) = (inputs + columns[1], inputs + columns[2])
      let (cosines, sines) = (workspace.cosines.base + row * width, workspace.sines.base + row * width)
      table.rotate(inputs, architecture.headCount, headSize, cosines, sines)
      table.rotate(keys, architecture.keyValueHeadCount, headSize, cosines, sines)
      let position = Int(batch.positions[row])
      let page = batch.pages[batch.pageStarts[row] + position / Limits.tokensPerPage]
      withUnsafePointer(to: pages) { pages in
        for head in 0..<architecture.keyValueHeadCount {
          table.store_key_value(
            pages, page, position % Limits.tokensPerPage, head, keys + head * headSize, values + head * headSize)
        }
      }
    }
  }

  /// Attention of every row and query head.
  func mixValues(_ batch: RowBatch, _ pages: OctavoPages) {
    let plan = AttentionPlan(
      batch.segments, keyValueHeadCount: architecture.keyValueHeadCount, headsPerKeyValue: headsPerKeyValue,
      threads: pool.threads, partialBlocksMax: workspace.partialsShape.blocksMax)
    batch.pages.withUnsafeBufferPointer { ids in
      if plan.isApart {
        mixApart(plan, pages, ids.baseAddress!)
      } else {
        mixWhole(plan, pages, ids.baseAddress!)
      }
    }
  }

  private var headsPerKeyValue: Int { architecture.headCount / architecture.keyValueHeadCount }

  private func mixWhole(_ plan: AttentionPlan, _ pages: OctavoPages, _ ids: UnsafePointer<UInt32>) {
    let work = plan.tiles.reduce(0) { $0 + $1.work } * 2 * architecture.queryChannels
    let units = plan.unitCount
    let parts = work < Self.sharedAttentionMin ? 1 : units
    withUnsafePointer(to: pages) { pages in
      pool.run(parts: parts) { part in
        for index in units * part / parts..<units * (part + 1) / parts {
          let (tile, head) = plan.unit(index)
          withUnsafePointer(to: queries(of: tile, head, ids)) { kernels.table.pointee.attend(pages, $0) }
        }
      }
    }
  }

  /// Blocks of positions apart, then joined in order.
  private func mixApart(_ plan: AttentionPlan, _ pages: OctavoPages, _ ids: UnsafePointer<UInt32>) {
    let pieces = plan.pieces(threads: pool.threads)
    withUnsafePointer(to: pages) { pages in
      pool.run(parts: pieces.count) { index in
        let (tile, head, blocks) = (pieces[index].tile, pieces[index].head, pieces[index].blocks)
        withUnsafePointer(to: queries(of: tile, head, ids)) { queries in
          withUnsafePointer(to: partials(of: tile, head)) {
            kernels.table.pointee.attend_blocks(pages, queries, blocks.lowerBound, blocks.upperBound, $0)
          }
        }
      }
      pool.run(parts: plan.unitCount) { index in
        let (tile, head) = plan.unit(index)
        withUnsafePointer(to: queries(of: tile, head, ids)) { queries in
          withUnsafePointer(to: partials(of: tile, head)) { kernels.table.pointee.join_blocks(pages, queries, $0) }
        }
      }
    }
  }

  private func queries(of tile: AttentionPlan.Tile, _ head: Int, _ ids: UnsafePointer<UInt32>) -> OctavoQueries {
    let column = head * headsPerKeyValue * architecture.headSize
    let (inputs, outputs) = (workspace.strides.attentionInputs, workspace.strides.attention)
    return OctavoQueries(
      page_ids: ids + tile.pageStart, head: head, heads: headsPerKeyValue, rows: tile.rows.count,
      first_length: tile.firstLength, scale: 1 / Float(architecture.headSize).squareRoot(),
      queries: workspace.attentionInputs.base + tile.rows.lowerBound * inputs + column, query_stride: inputs,
      out: workspace.attention.base + tile.rows.lowerBound * outputs + column, out_stride: outputs)
  }

  /// Where the blocks of a tile and KV head are left.
  private func partials(of tile: AttentionPlan.Tile, _ head: Int) -> OctavoPartials {
    let (stride, perBlock) = (workspace.partialsShape.stride, tile.rows.count * headsPerKeyValue)
    let start = tile.partialsBefore * architecture.headCount + head * tile.blockCount * perBlock
    return OctavoPartials(base: workspace.partials.base + start * stride, stride: stride)
  }
}
