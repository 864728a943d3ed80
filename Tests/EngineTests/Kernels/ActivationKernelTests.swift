import CKernels
import TestSupport
import Testing

/// Quantized activations: every implementation against the specification, and that against the rule in words.
@Suite struct ActivationKernelTests {
  static let rules = [
    OctavoActivationRule(kind: OCTAVO_ACTIVATION_AFFINE_GROUPS, scale: 0, zero: 0),
    OctavoActivationRule(kind: OCTAVO_ACTIVATION_TOKEN_SYMMETRIC, scale: 0, zero: 0),
    OctavoActivationRule(kind: OCTAVO_ACTIVATION_TOKEN_ASYMMETRIC, scale: 0, zero: 0),
    OctavoActivationRule(kind: OCTAVO_ACTIVATION_STATIC, scale: 0.02, zero: -17),
  ]

  @Test(arguments: Array(1...17) + [127, 128, 129, 200, 256, 300, 1023])
  func equalsSpecification(_ channels: Int) {
    var generator = SeededGenerator(seed: UInt64(channels))
    for rule in Self.rules {
      for hardShare in [0, 0.1, 1] {
        let x = generator.mixedFloats(channels, hardShare: hardShare)
        let expected = quantize(KernelPair.portable, rule, x)
        for kernels in KernelPair.others { #expect(quantize(kernels, rule, x) == expected) }
      }
    }
  }

  /// The fused kernels are the two steps they stand for.
  @Test(arguments: Array(1...17) + [127, 128, 129, 256, 300, 1023])
  func fusedEqualsItsSteps(_ channels: Int) {
    var generator = SeededGenerator(seed: UInt64(channels) + 100)
    for hardShare in [0, 0.1] {
      let (x, y) = (
        generator.mixedFloats(channels, hardShare: hardShare), generator.mixedFloats(channels, hardShare: hardShare)
      )
      var (norm, silu) = (x, x)
      KernelPair.portable.rms_norm(x, y, channels, 1e-5, &norm)
      KernelPair.portable.silu_multiply(x, y, channels, &silu)
      let expected = [norm, silu].map { quantize(KernelPair.portable, Self.rules[0], $0) }
      for kernels in [KernelPair.portable] + KernelPair.others {
        let seen = [
          quantized(channels) { kernels.normalize_quantize(x, y, channels, 1e-5, $0, $1) },
          quantized(channels) { kernels.silu_multiply_quantize(x, y, channels, $0, $1) },
        ]
        #expect(seen.map(\.values) == expected.map(\.values))
        #expect(seen.map(\.terms) == expected.map(\.terms))
      }
    }
  }

  @Test func subnormalAndConstantGroups() {
    for value in hardFloats {
      let x = [Float](repeating: value, count: 128)
      let expected = quantize(KernelPair.portable, Self.rules[0], x)
      for kernels in KernelPair.others { #expect(quantize(kernels, Self.rules[0], x) == expected) }
    }
  }

  /// lo = min(x, 0), hi = max(x, 0), scale = (hi - lo) / 255, zero = rint(-lo / scale),
  /// q = clamp(rint(x / scale) + zero, 0, 255).
  @Test func affineGroupsFollowTheRule() {
    var generator = SeededGenerator(seed: 9)
    let x = generator.floats(300, in: -3...5)
    let (values, terms) = quantize(KernelPair.portable, Self.rules[0], x)
    for group in 0..<3 {
      let part = x[group * 128..<min(group * 128 + 128, 300)]
      let (low, high) = (min(part.min()!, 0), max(part.max()!, 0))
      let scale = (high - low) / 255
      let zero = (-low / scale).rounded(.toNearestOrEven)
      #expect(Float(bitPattern: terms[3 * group]) == scale)
      #expect(Int32(bitPattern: terms[3 * group + 2]) == 128 - Int32(zero))
      let stored = part.map { Int(min(max(($0 / scale).rounded(.toNearestOrEven) + zero, 0), 255)) - 128 }
      #expect(values[group * 128..<group * 128 + part.count].map { Int($0) } == stored)
      #expect(Int(Int32(bitPattern: terms[3 * group + 1])) == -128 * stored.reduce(0, +))
    }
  }

  /// compressed-tensors: a symmetric scale is absmax / 127.5, integers reach -128.
  @Test func symmetricTokensReachTheLowestInteger() {
    let (values, terms) = quantize(KernelPair.portable, Self.rules[1], [-127.5, 1, 0, 127.5])
    #expect(values == [-128, 1, 0, 127])
    #expect(Float(bitPattern: terms[0]) == 1)
    #expect(terms[2] == 0)
  }

  private func quantize(
    _ kernels: OctavoKernels, _ rule: OctavoActivationRule, _ x: [Float]
  ) -> (values: [Int8], terms: [UInt32]) {
    let isGrouped = rule.kind == OCTAVO_ACTIVATION_AFFINE_GROUPS
    return quantized(x.count, groups: isGrouped ? (x.count + 127) / 128 : 1) { values, terms in
      withUnsafePointer(to: rule) { kernels.quantize_row($0, x, x.count, values, terms) }
    }
  }

  private func quantized(
    _ channels: Int, groups: Int? = nil,
    _ body: (UnsafeMutablePointer<Int8>, UnsafeMutablePointer<OctavoGroupTerm>) -> Void
  ) -> (values: [Int8], terms: [UInt32]) {
    var values = [Int8](repeating: 99, count: (channels + 3) / 4 * 4)
    var terms = [OctavoGroupTerm](repeating: OctavoGroupTerm(), count: groups ?? (channels + 127) / 128)
    body(&values, &terms)
    return (
      values,
      terms.flatMap { [$0.scale.bitPattern, UInt32(bitPattern: $0.offset), UInt32(bitPattern: $0.zero_factor)] }
    )
  }
}
