import CKernels
import TestSupport
import Testing

/// Rows of 8 bits as they travel, to the wire and back.
@Suite struct WireKernelTests {
  @Test(arguments: Array(1...5) + [72, 127, 128, 129, 200, 256, 300])
  func comesBackAsTheRuleHasIt(_ channels: Int) {
    var generator = SeededGenerator(seed: UInt64(channels))
    for _ in 0..<20 {
      let x = generator.floats(channels, in: -3...5)
      let seen = throughWire(x)
      for start in stride(from: 0, to: channels, by: 128) {
        let group = x[start..<min(start + 128, channels)]
        let (low, high) = (min(group.min()!, 0), max(group.max()!, 0))
        let scale = high == low ? 1 : (high - low) / 255
        let zero = (-low / scale).rounded(.toNearestOrEven)
        let expected = group.map { min(max(($0 / scale).rounded(.toNearestOrEven) + zero, 0), 255) - zero }
        #expect(seen[start..<start + group.count].map(\.bitPattern) == expected.map { ($0 * scale).bitPattern })
      }
    }
  }

  /// A scale that is subnormal has few bits: what comes back is still as near as the range is wide, and 0 stays 0.
  @Test func hardValues() {
    for value in hardFloats + [-382 * 0x1p-149] where value.magnitude < 1e38 {
      for x in [[value], [value, 0], [0, value, -value], Array(repeating: value, count: 130)] {
        for (came, sent) in zip(throughWire(x), x) {
          #expect((came - sent).magnitude <= max(value.magnitude / 250, 0x1p-140))
          #expect(sent != 0 || came == 0)
        }
      }
    }
  }

  /// At odd addresses, as in a frame.
  private func throughWire(_ x: [Float]) -> [Float] {
    let (padded, groups) = ((x.count + 3) / 4 * 4, (x.count + 127) / 128)
    var values = [Int8](repeating: 0, count: padded)
    var terms = [OctavoGroupTerm](repeating: OctavoGroupTerm(), count: groups)
    var rule = OctavoActivationRule(kind: OCTAVO_ACTIVATION_AFFINE_GROUPS, scale: 0, zero: 0)
    KernelPair.portable.quantize_row(&rule, x, x.count, &values, &terms)
    var wire = [UInt8](repeating: 0xA5, count: x.count + 5 * groups + 2)
    var out = [Float](repeating: .nan, count: x.count)
    wire.withUnsafeMutableBytes { bytes in
      let start = bytes.baseAddress! + 1
      let (scales, zeros) = (start + x.count, start + x.count + 4 * groups)
      octavo_wire_from_row(values, terms, x.count, start, scales, zeros)
      octavo_wire_to_row(start, scales, zeros, x.count, &out)
    }
    #expect(wire.first == 0xA5)
    #expect(wire.last == 0xA5)
    return out
  }
}
