import CKernels
import Foundation
import TestSupport
import Testing

/// Kernels between the linear layers: every implementation against the specification, and that against
/// Foundation's functions in double.
@Suite struct RowKernelTests {
  static let counts = Array(1...33) + [64, 100, 1024, 1025, 2050]

  @Test(arguments: counts)
  func rowsEqualSpecification(_ count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    for hardShare in [0, 0.05, 1] {
      let (x, y) = (
        generator.mixedFloats(count, hardShare: hardShare), generator.mixedFloats(count, hardShare: hardShare)
      )
      let expected = outputs(KernelPair.portable, x, y)
      for kernels in KernelPair.others { #expect(outputs(kernels, x, y) == expected) }
    }
  }

  private func outputs(_ kernels: OctavoKernels, _ x: [Float], _ y: [Float]) -> [[UInt32]] {
    let count = x.count
    var (norm, silu, weights) = (x, x, x)
    kernels.rms_norm(x, y, count, 1e-5, &norm)
    kernels.silu_multiply(x, y, count, &silu)
    let total = kernels.exp_sum(x, count, x.max()!, 0.7, &weights)
    let only = kernels.exp_sum(x, count, x.max()!, 0.7, nil)
    var quantized = [Int8](repeating: 0, count: count)
    kernels.quantize_weights(x, count, 0.031, &quantized)
    return [
      norm.bits, silu.bits, weights.bits, [UInt32(kernels.argmax(x, count))],
      [UInt32(truncatingIfNeeded: total.bitPattern), UInt32(total.bitPattern >> 32)],
      [UInt32(truncatingIfNeeded: only.bitPattern), UInt32(only.bitPattern >> 32)],
      [kernels.absmax(x, count).bitPattern], quantized.map { UInt32(bitPattern: Int32($0)) },
      [UInt32(kernels.all_finite(x, count))],
    ]
  }

  @Test(arguments: [(1, 2), (3, 12), (5, 18), (2, 40), (4, 64), (1, 80), (2, 128)])
  func rotationEqualsSpecification(_ heads: Int, _ headSize: Int) {
    var generator = SeededGenerator(seed: UInt64(headSize))
    let (cosines, sines) = (
      generator.floats(headSize / 2, in: -1...1), generator.floats(headSize / 2, in: -1...1)
    )
    let x = generator.mixedFloats(heads * headSize)
    let rotated = { (kernels: OctavoKernels) in
      var y = x
      kernels.rotate(&y, heads, headSize, cosines, sines)
      return y.bits
    }
    for kernels in KernelPair.others { #expect(rotated(kernels) == rotated(KernelPair.portable)) }
  }

  /// exp over its whole range, through silu with a gate of -x and a known quotient.
  @Test func exponentialIsAccurate() {
    var generator = SeededGenerator(seed: 1)
    let x = generator.floats(20_000, in: -87...88) + [0, -0.0, 88.7, -87.3, 1e-30]
    for kernels in [KernelPair.portable] + KernelPair.others {
      var seen = x
      _ = kernels.exp_sum(x, x.count, 0, 1, &seen)
      for (value, result) in zip(x, seen) {
        let exact = exp(Double(value))
        #expect(abs(Double(result) - exact) <= exact * 2.4e-7, "exp(\(value))")
      }
      var edges: [Float] = [-105, -1e30, 100, 1e38]
      _ = kernels.exp_sum(edges, 4, 0, 1, &edges)
      #expect(edges == [0, 0, .infinity, .infinity])
    }
  }

  @Test func argmaxTakesTheLowestOfEquals() {
    for count in [5, 16, 40, 1000] {
      for first in [0, 1, count / 2, count - 1] {
        var x = [Float](repeating: -3, count: count)
        for index in first..<count where index % 3 == first % 3 { x[index] = 2 }
        for kernels in [KernelPair.portable] + KernelPair.others { #expect(kernels.argmax(x, count) == first) }
      }
    }
  }

  /// A NaN is larger than nothing, and nothing is larger than a NaN that comes first.
  @Test func argmaxPassesOverNaN() {
    for count in [1, 5, 16, 40] {
      for kernels in [KernelPair.portable] + KernelPair.others {
        #expect(kernels.argmax([.nan] + [Float](repeating: 2, count: count), count + 1) == 0)
        #expect(kernels.argmax([1] + [Float](repeating: .nan, count: count) + [2], count + 2) == count + 1)
      }
    }
  }

  @Test func finiteChecksSeeEveryLane() {
    for bad in [Float.nan, .infinity, -.infinity] {
      for index in 0..<35 {
        var x = [Float](repeating: .greatestFiniteMagnitude, count: 35)
        for kernels in [KernelPair.portable] + KernelPair.others { #expect(kernels.all_finite(x, 35) == 1) }
        x[index] = bad
        for kernels in [KernelPair.portable] + KernelPair.others { #expect(kernels.all_finite(x, 35) == 0) }
      }
    }
  }
}
