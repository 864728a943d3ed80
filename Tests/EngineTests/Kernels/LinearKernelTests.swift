import CKernels
import Foundation
import TestSupport
import Testing

/// Linear layers: every implementation against the specification, and that against plain sums.
@Suite struct LinearKernelTests {
  static let shapes = [
    (1, 3, 1), (2, 4, 64), (3, 148, 70), (4, 271, 64), (5, 17, 65), (6, 128, 64), (7, 129, 130), (13, 260, 64),
    (19, 300, 100), (8, 1024, 70), (25, 700, 64), (53, 140, 130),
  ]

  /// `ends` are the lowest and the highest by chance, so that every pair of neighbours comes up.
  enum Weights: CaseIterable { case random, lowest, highest, zero, ends }

  @Test(arguments: shapes, ActivationKernelTests.rules)
  func int8EqualsSpecification(_ shape: (rows: Int, channels: Int, outputs: Int), _ rule: OctavoActivationRule) {
    var generator = SeededGenerator(seed: UInt64(shape.channels))
    for kind in Weights.allCases {
      for bias in [nil, generator.floats(shape.outputs)] {
        let weights = (0..<shape.outputs).map { _ in Self.row(kind, shape.channels, &generator) }
        let layer = Int8Layer(weights, rule: rule, scales: generator.floats(shape.outputs), bias: bias)
        let rows = Rows(Self.rows(shape.rows, shape.channels, &generator), rule: rule)
        let expected = layer.run(KernelPair.portable, rows).bits
        let before = generator.floats(expected.count)
        let sums = layer.run(KernelPair.portable, rows, before: before).bits
        #expect(sums == zip(before, expected).map { ($0 + Float(bitPattern: $1)).bitPattern })
        for kernels in KernelPair.others {
          #expect(layer.run(kernels, rows).bits == expected)
          #expect(layer.run(kernels, rows, cuts: Self.cuts(shape.rows)).bits == expected)
          #expect(layer.run(kernels, rows, cuts: Self.cuts(shape.rows), before: before).bits == sums)
        }
      }
    }
  }

  /// Sums of (q - zero) * w in Int, the group results joined with one rounding each.
  @Test(arguments: ActivationKernelTests.rules)
  func int8FollowsTheRule(_ rule: OctavoActivationRule) {
    var generator = SeededGenerator(seed: 4)
    let weights = (0..<70).map { _ in Self.row(.random, 300, &generator) }
    let layer = Int8Layer(weights, rule: rule, scales: generator.floats(70), bias: generator.floats(70))
    let rows = Rows([generator.floats(300), Self.extremes(300)], rule: rule)
    let out = layer.run(KernelPair.portable, rows)
    let width = layer.isGrouped ? 128 : 300
    for row in 0..<2 {
      for output in 0..<70 {
        var total: Float = 0
        for start in stride(from: 0, to: 300, by: width) {
          let term = rows.term(row: row, group: start / width)
          // Stored activations are q - 128 under the affine rule, and its factor is 128 - zero.
          let shift = Int(term.zero_factor)
          let sum = (start..<min(start + width, 300)).reduce(0) {
            $0 + (rows.value(row: row, channel: $1) + shift) * Int(weights[output][$1])
          }
          total = fma(Float(sum), term.scale, total)
        }
        #expect(out[row * 128 + output] == fma(total, layer.scales[output], layer.bias![output]))
      }
    }
  }

  /// The widest layer with the largest sums that int32 must hold: 65,536 * 255 * 128.
  @Test func largestSumsAreExact() {
    let rule = ActivationKernelTests.rules[2]
    let layer = Int8Layer([[Int8](repeating: -128, count: 65_536)], rule: rule, scales: [1])
    let rows = Rows([[Float](repeating: 255, count: 65_536)], rule: rule)
    #expect(rows.term(row: 0, group: 0).scale == 1)
    for kernels in [KernelPair.portable] + KernelPair.others {
      #expect(layer.run(kernels, rows)[0] == Float(-65_536 * 255 * 128))
    }
  }

  @Test(arguments: shapes, [OCTAVO_FLOAT32, OCTAVO_FLOAT16, OCTAVO_BFLOAT16])
  func floatEqualsSpecification(
    _ shape: (rows: Int, channels: Int, outputs: Int), _ format: OctavoFloatFormat
  ) {
    var generator = SeededGenerator(seed: UInt64(shape.outputs))
    for hasBias in [false, true] {
      let layer = FloatLayer(shape.channels, shape.outputs, format, hasBias: hasBias, &generator)
      let x = generator.mixedFloats(shape.rows * shape.channels, hardShare: 0.01)
      let expected = layer.run(KernelPair.portable, x).bits
      let before = generator.floats(expected.count)
      let sums = layer.run(KernelPair.portable, x, before: before).bits
      for kernels in KernelPair.others {
        #expect(layer.run(kernels, x).bits == expected)
        #expect(layer.run(kernels, x, cuts: Self.cuts(shape.rows)).bits == expected)
        #expect(layer.run(kernels, x, cuts: Self.cuts(shape.rows), before: before).bits == sums)
      }
    }
  }

  @Test(arguments: shapes, ActivationKernelTests.rules)
  func packingEqualsSpecification(
    _ shape: (rows: Int, channels: Int, outputs: Int), _ rule: OctavoActivationRule
  ) {
    var generator = SeededGenerator(seed: UInt64(shape.channels))
    for kind in Weights.allCases {
      let weights = (0..<shape.outputs).map { _ in Self.row(kind, shape.channels, &generator) }
      let expected = Int8Layer(weights, rule: rule, scales: [])
      for kernels in KernelPair.others {
        let seen = Int8Layer(weights, rule: rule, scales: [], packedBy: kernels)
        #expect(seen.groupSums == expected.groupSums && seen.channelSums == expected.channelSums)
        #expect(memcmp(seen.packed, expected.packed, expected.packedByteCount) == 0)
      }
    }
  }

  private static func row(_ kind: Weights, _ count: Int, _ generator: inout SeededGenerator) -> [Int8] {
    (0..<count).map { _ in
      switch kind {
      case .random: Int8.random(in: -128...127, using: &generator)
      case .lowest: -128
      case .highest: 127
      case .zero: 0
      case .ends: Bool.random(using: &generator) ? -128 : 127
      }
    }
  }

  /// Rows of ordinary values, of ends by chance, and all at one end, in turn; the last one is of ends.
  private static func rows(_ count: Int, _ channels: Int, _ generator: inout SeededGenerator) -> [[Float]] {
    (0..<count).map { row in
      switch (count - 1 - row) % 3 {
      case 0: (0..<channels).map { _ in Bool.random(using: &generator) ? 9 : -9 }
      case 1: generator.floats(channels)
      default: extremes(channels)
      }
    }
  }

  /// All at one end, the next group at the other.
  private static func extremes(_ count: Int) -> [Float] { (0..<count).map { $0 / 128 % 2 == 0 ? 9 : -9 } }

  private static func cuts(_ rows: Int) -> [Range<Int>] {
    rows == 1 ? [0..<1] : [rows / 2..<rows, 0..<rows / 3, rows / 3..<rows / 2]
  }
}
