import CKernels
import Foundation
import TestSupport
import Testing

/// Attention over pages: every implementation against the specification, and that against softmax in double.
@Suite struct AttentionKernelTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var headSize: Int
    var length: Int
    var format: OctavoFloatFormat

    var testDescription: String { "head of \(headSize), \(length) positions, format \(format.rawValue)" }
  }

  static let shapes = [2, 12, 40, 64, 80, 128, 256].flatMap { headSize in
    [1, 5, 16, 17, 63, 64, 255, 256, 257, 700].flatMap { length in
      [OCTAVO_FLOAT32, OCTAVO_FLOAT16].map { Shape(headSize: headSize, length: length, format: $0) }
    }
  }

  @Test(arguments: shapes)
  func equalsSpecification(_ shape: Shape) {
    let (heads, scale) = (2, 1 / Float(shape.headSize).squareRoot())
    var generator = SeededGenerator(seed: UInt64(shape.headSize * 1000 + shape.length))
    let keys = generator.floats(shape.length * heads * shape.headSize, in: -0.5...0.5)
    let values = generator.floats(shape.length * heads * shape.headSize)
    let query = generator.floats(shape.headSize)
    let expected = Pages(KernelPair.portable, shape, heads, keys, values)
    let ours = expected.attend(KernelPair.portable, head: 1, scale, query)
    for kernels in KernelPair.others {
      let seen = Pages(kernels, shape, heads, keys, values)
      #expect(seen.stored == expected.stored)
      #expect(seen.attend(kernels, head: 1, scale, query).bits == ours.bits)
    }
    let plain = softmaxMix(shape, heads, keys, values, query, head: 1, scale)
    let error = zip(ours, plain).map { abs(Double($0) - $1) }.max()!
    #expect(error <= (shape.format == OCTAVO_FLOAT32 ? 1e-5 : 1e-2))
  }

  private func softmaxMix(
    _ shape: Shape, _ heads: Int, _ keys: [Float], _ values: [Float], _ query: [Float], head: Int, _ scale: Float
  ) -> [Double] {
    let scores = (0..<shape.length).map { t in
      (0..<shape.headSize).reduce(0.0) {
        $0 + Double(query[$1]) * Double(keys[(t * heads + head) * shape.headSize + $1])
      } * Double(scale)
    }
    let largest = scores.max()!
    let weights = scores.map { exp($0 - largest) }
    let total = weights.reduce(0, +)
    return (0..<shape.headSize).map { i in
      (0..<shape.length).reduce(0.0) {
        $0 + weights[$1] * Double(values[($1 * heads + head) * shape.headSize + i])
      } / total
    }
  }
}

/// Pages filled through `store_key_value`, handed out in reverse; what is never written is NaN.
private final class Pages {
  private let shape: AttentionKernelTests.Shape
  private let memory: UnsafeMutableRawPointer
  private let ids: [UInt32]
  private let pageBytes: Int

  init(
    _ kernels: OctavoKernels, _ shape: AttentionKernelTests.Shape, _ heads: Int, _ keys: [Float], _ values: [Float]
  ) {
    self.shape = shape
    let count = (shape.length + 15) / 16
    ids = (0..<count).map { UInt32(count - 1 - $0) }
    pageBytes = heads * 2 * 16 * shape.headSize * (shape.format == OCTAVO_FLOAT32 ? 4 : 2)
    memory = .allocate(byteCount: count * pageBytes, alignment: 64)
    memset(memory, 0xff, count * pageBytes)
    var pages = layout
    for t in 0..<shape.length {
      for head in 0..<heads {
        let start = (t * heads + head) * shape.headSize
        kernels.store_key_value(
          &pages, ids[t / 16], t % 16, head, Array(keys[start..<start + shape.headSize]),
          Array(values[start..<start + shape.headSize]))
      }
    }
  }

  deinit { memory.deallocate() }

  private var layout: OctavoPages {
    OctavoPages(base: memory, page_bytes: pageBytes, head_size: shape.headSize, format: shape.format)
  }

  var stored: [UInt8] { Array(UnsafeRawBufferPointer(start: memory, count: ids.count * pageBytes)) }

  func attend(_ kernels: OctavoKernels, head: Int, _ scale: Float, _ query: [Float]) -> [Float] {
    var out = [Float](repeating: .nan, count: shape.headSize)
    var pages = layout
    kernels.attend(&pages, ids, shape.length, head, scale, query, &out)
    return out
  }
}
