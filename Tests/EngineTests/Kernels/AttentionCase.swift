import CKernels
import Foundation
import TestSupport
import Testing

/// Queries of one sequence: `heads` that share the second of two KV heads, at `rows` positions.
struct AttentionShape: Sendable, CustomTestStringConvertible {
  var headSize: Int
  var heads: Int
  var rows: Int
  /// Positions that the first row attends to.
  var firstLength: Int
  var format: OctavoPageFormat

  static let keyValueHeads = 2

  var length: Int { firstLength + rows - 1 }
  var elementBytes: Int { format == OCTAVO_PAGE_FLOAT32 ? 4 : format == OCTAVO_PAGE_FLOAT16 ? 2 : 1 }
  /// Bytes of the keys of a page and KV head, or of its values, without scales and with them.
  var elementsBytes: Int { 16 * headSize * elementBytes }
  var halfBytes: Int { elementsBytes + (format == OCTAVO_PAGE_INT8 ? 64 : 0) }
  var pageBytes: Int { Self.keyValueHeads * 2 * halfBytes }
  var scale: Float { 1 / Float(headSize).squareRoot() }

  var testDescription: String {
    "\(heads) heads of \(headSize), \(rows) rows from \(firstLength) positions, format \(format.rawValue)"
  }
}

/// Pages filled through `store_key_value`, handed out in any order, and queries; what is never written is NaN.
final class AttentionCase {
  private let shape: AttentionShape
  private let memory: UnsafeMutableRawPointer
  private let ids: [UInt32]
  private let keys: [Float]
  private let values: [Float]
  private let queries: [Float]

  init(_ kernels: OctavoKernels, _ shape: AttentionShape) {
    self.shape = shape
    var generator = SeededGenerator(seed: UInt64(shape.headSize * 1000 + shape.length))
    let count = shape.length * AttentionShape.keyValueHeads * shape.headSize
    keys = generator.floats(count, in: -0.5...0.5)
    values = generator.floats(count)
    queries = generator.floats(shape.rows * shape.heads * shape.headSize)
    ids = (0..<UInt32((shape.length + 15) / 16)).shuffled(using: &generator)
    memory = .allocate(byteCount: ids.count * shape.pageBytes, alignment: 64)
    memset(memory, 0xff, ids.count * shape.pageBytes)
    for position in 0..<shape.length {
      for head in 0..<AttentionShape.keyValueHeads { store(kernels, position, head) }
    }
  }

  deinit { memory.deallocate() }

  private func store(_ kernels: OctavoKernels, _ position: Int, _ head: Int) {
    let start = (position * AttentionShape.keyValueHeads + head) * shape.headSize
    var pages = layout
    kernels.store_key_value(
      &pages, ids[position / 16], position % 16, head, Array(keys[start..<start + shape.headSize]),
      Array(values[start..<start + shape.headSize]))
  }

  /// Into the first KV head.
  func store(_ kernels: OctavoKernels, position: Int, key: [Float], value: [Float]) {
    var pages = layout
    kernels.store_key_value(&pages, ids[position / 16], position % 16, 0, key, value)
  }

  private var layout: OctavoPages {
    OctavoPages(base: memory, page_bytes: shape.pageBytes, head_size: shape.headSize, format: shape.format)
  }

  var stored: [UInt8] { Array(UnsafeRawBufferPointer(start: memory, count: ids.count * shape.pageBytes)) }

  /// Calls `body` with some of the queries and returns what it writes for them, a query after the other.
  private func withQueries(
    rows: Range<Int>, heads: Range<Int>, _ body: (UnsafePointer<OctavoPages>, UnsafePointer<OctavoQueries>) -> Void
  ) -> [Float] {
    let rowFloats = shape.heads * shape.headSize
    // Rows of results lie farther apart than they are long.
    let outStride = heads.count * shape.headSize + 3
    var out = [Float](repeating: .nan, count: rows.count * outStride)
    var pages = layout
    queries.withUnsafeBufferPointer { queries in
      out.withUnsafeMutableBufferPointer { out in
        ids.withUnsafeBufferPointer { ids in
          var tile = OctavoQueries(
            page_ids: ids.baseAddress!, head: 1, heads: heads.count, rows: rows.count,
            first_length: shape.firstLength + rows.lowerBound, scale: shape.scale,
            queries: queries.baseAddress! + rows.lowerBound * rowFloats + heads.lowerBound * shape.headSize,
            query_stride: rowFloats, out: out.baseAddress!, out_stride: outStride)
          body(&pages, &tile)
        }
      }
    }
    return rows.flatMap { row in
      let start = (row - rows.lowerBound) * outStride
      #expect(out[start + outStride - 3..<start + outStride].allSatisfy { $0.isNaN })
      return Array(out[start..<start + outStride - 3])
    }
  }

  func attend(_ kernels: OctavoKernels, rows: Range<Int>? = nil, heads: Range<Int>? = nil) -> [Float] {
    withQueries(rows: rows ?? 0..<shape.rows, heads: heads ?? 0..<shape.heads) { kernels.attend($0, $1) }
  }

  /// Every block by itself, the last first, by one of `kernels` after the other.
  func attendApart(_ kernels: [OctavoKernels], joinedBy joiner: OctavoKernels) -> [Float] {
    let blocks = (shape.length + 255) / 256
    let stride = Int(OCTAVO_PARTIAL_MIXED) + (shape.headSize + 15) / 16 * 16
    var floats = [Float](repeating: .nan, count: blocks * shape.rows * shape.heads * stride)
    return floats.withUnsafeMutableBufferPointer { floats in
      var partials = OctavoPartials(base: floats.baseAddress!, stride: stride)
      return withQueries(rows: 0..<shape.rows, heads: 0..<shape.heads) { pages, tile in
        for block in (0..<blocks).reversed() {
          kernels[block % kernels.count].attend_blocks(pages, tile, block, block + 1, &partials)
        }
        joiner.join_blocks(pages, tile, &partials)
      }
    }
  }

  /// What attention is, in double, of K and V before they are rounded.
  func softmax() -> [Double] {
    (0..<shape.rows * shape.heads).flatMap { query -> [Double] in
      let length = shape.firstLength + query / shape.heads
      let scores = (0..<length).map { t in
        (0..<shape.headSize).reduce(0.0) {
          $0 + Double(queries[query * shape.headSize + $1]) * Double(keys[place(t) + $1])
        } * Double(shape.scale)
      }
      let largest = scores.max()!
      let weights = scores.map { exp($0 - largest) }
      let total = weights.reduce(0, +)
      return (0..<shape.headSize).map { i in
        (0..<length).reduce(0.0) { $0 + weights[$1] * Double(values[place($1) + i]) } / total
      }
    }
  }

  private func place(_ position: Int) -> Int {
    (position * AttentionShape.keyValueHeads + 1) * shape.headSize
  }
}

/// What int8 pages hold of the first KV head.
extension AttentionCase {
  private func half(_ index: Int, _ position: Int) -> UnsafeMutableRawPointer {
    memory + Int(ids[position / 16]) * shape.pageBytes + index * shape.halfBytes
  }

  func keys(_ position: Int) -> [Int8] {
    (0..<shape.headSize).map { half(0, position).load(fromByteOffset: $0 * 16 + position % 16, as: Int8.self) }
  }

  func values(_ position: Int) -> [Int8] {
    (0..<shape.headSize).map {
      half(1, position).load(fromByteOffset: position % 16 * shape.headSize + $0, as: Int8.self)
    }
  }

  /// Of the key and of the value.
  func scales(_ position: Int) -> [Float] {
    let offset = shape.elementsBytes + position % 16 * 4
    return [0, 1].map { half($0, position).load(fromByteOffset: offset, as: Float.self) }
  }
}
