import CKernels
import Foundation
import TestSupport
import Testing

/// Attention over pages: every implementation against the specification, that against softmax in double, and every way
/// to cut the work against the simplest.
@Suite struct AttentionKernelTests {
  static let formats = [OCTAVO_PAGE_FLOAT32, OCTAVO_PAGE_FLOAT16, OCTAVO_PAGE_INT8]

  static let edges = [2, 12, 40, 64, 80, 128, 256].flatMap { headSize in
    [1, 16, 17, 63, 255, 256, 257, 700].flatMap { length in
      formats.map { AttentionShape(headSize: headSize, heads: 2, rows: 1, firstLength: length, format: $0) }
    }
  }

  /// Tiles of any number of heads and rows, around the edges of pages and blocks.
  static let drawn: [AttentionShape] = {
    var generator = SeededGenerator(seed: 11)
    return (0..<120).map { index in
      let near = [1, 16, 32, 250, 256, 512].randomElement(using: &generator)!
      return AttentionShape(
        headSize: [2, 16, 18, 48, 64, 80, 96, 128, 256].randomElement(using: &generator)!,
        heads: Int.random(in: 1...8, using: &generator), rows: Int.random(in: 1...40, using: &generator),
        firstLength: max(1, near + Int.random(in: -8...8, using: &generator)), format: formats[index % 3])
    }
  }()

  @Test(arguments: edges + drawn)
  func equalsSpecification(_ shape: AttentionShape) {
    let expected = AttentionCase(KernelPair.portable, shape)
    let ours = expected.attend(KernelPair.portable)
    for kernels in KernelPair.others {
      let seen = AttentionCase(kernels, shape)
      #expect(seen.stored == expected.stored)
      #expect(seen.attend(kernels).bits == ours.bits)
    }
  }

  /// A query's bits do not depend on the rows and heads beside it.
  @Test(arguments: drawn)
  func tilesEqualSingleQueries(_ shape: AttentionShape) {
    for kernels in KernelPair.others + [KernelPair.portable] {
      let pages = AttentionCase(kernels, shape)
      let tile = pages.attend(kernels)
      for row in [0, shape.rows / 2, shape.rows - 1] {
        for head in [0, shape.heads - 1] {
          let single = pages.attend(kernels, rows: row..<row + 1, heads: head..<head + 1)
          let start = (row * shape.heads + head) * shape.headSize
          #expect(single.bits == Array(tile[start..<start + shape.headSize]).bits)
        }
      }
    }
  }

  /// Blocks computed apart, in any order and by anybody, are joined to the bits of one walk.
  @Test(arguments: drawn)
  func blocksApartEqualOneWalk(_ shape: AttentionShape) {
    for kernels in KernelPair.others + [KernelPair.portable] {
      let pages = AttentionCase(kernels, shape)
      let walk = pages.attend(kernels).bits
      #expect(pages.attendApart([kernels], joinedBy: kernels).bits == walk)
      #expect(pages.attendApart([KernelPair.portable, kernels], joinedBy: kernels).bits == walk)
    }
  }

  @Test(arguments: edges)
  func specificationIsSoftmax(_ shape: AttentionShape) {
    let pages = AttentionCase(KernelPair.portable, shape)
    let error = zip(pages.attend(KernelPair.portable), pages.softmax()).map { abs(Double($0) - $1) }.max()!
    // Values reach 4, so int8 rounds them by up to 4 / 254.
    let limits = [OCTAVO_PAGE_FLOAT32: 1e-5, OCTAVO_PAGE_FLOAT16: 1e-2, OCTAVO_PAGE_INT8: 4e-2]
    #expect(error <= limits[shape.format]!)
  }

  /// Zeros get a scale of 1, ties go to even, and what is not a number is not lost.
  @Test func int8Rounds() {
    let shape = AttentionShape(headSize: 4, heads: 1, rows: 1, firstLength: 1, format: OCTAVO_PAGE_INT8)
    for kernels in KernelPair.others + [KernelPair.portable] {
      let pages = AttentionCase(kernels, shape)
      pages.store(kernels, position: 0, key: [0, 0, -0.0, 0], value: [127, 0.5, 1.5, -126.5])
      #expect(pages.keys(0) == [0, 0, 0, 0])
      #expect(pages.scales(0) == [1, 1])
      #expect(pages.values(0) == [127, 0, 2, -126])
      pages.store(kernels, position: 0, key: [1, .nan, 0, 0], value: [-.infinity, 1, 0, 0])
      #expect(pages.scales(0)[0].isNaN)
      #expect(pages.scales(0)[1] == .infinity)
    }
  }
}
