import CKernels
import Foundation
import TestSupport
import Testing

/// Float formats against Swift's own conversions, over all 65,536 halves and many floats.
@Suite struct ConversionTests {
  @Test func widensEveryHalf() {
    let halves = (0...UInt16.max).map(\.self)
    for kernels in [KernelPair.portable] + KernelPair.others {
      var floats = [Float](repeating: 0, count: halves.count)
      kernels.widen(OCTAVO_FLOAT16, halves, halves.count, &floats)
      #expect(floats.bits == halves.map { Float(Float16(bitPattern: $0)) }.bits)
      kernels.widen(OCTAVO_BFLOAT16, halves, halves.count, &floats)
      #expect(floats.bits == halves.map { Float(bitPattern: UInt32($0) << 16) }.bits)
    }
  }

  /// Stored values may lie at any address, and none past the last is read or written.
  @Test(arguments: 1...17)
  func widensTailsAtAnyAddress(_ count: Int) {
    let bytes = (0...4 * UInt8(count)).map { $0 &* 37 }
    for format in [OCTAVO_FLOAT32, OCTAVO_FLOAT16, OCTAVO_BFLOAT16] {
      let widened = ([KernelPair.portable] + KernelPair.others).map { kernels in
        var floats = [Float](repeating: 7, count: count + 1)
        bytes.withUnsafeBytes { kernels.widen(format, $0.baseAddress! + 1, count, &floats) }
        #expect(floats[count] == 7)
        return floats.bits
      }
      for seen in widened { #expect(seen == widened[0]) }
    }
  }

  @Test func roundsToHalves() {
    var generator = SeededGenerator(seed: 2)
    let floats =
      (0..<200_000).map { _ in Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator)) }
      + generator.floats(50_000, in: -70_000...70_000) + generator.floats(50_000, in: -1e-6...1e-6) + hardFloats
      + [65519, 65519.996, 65520, .infinity, -.infinity]
    for value in floats where !value.isNaN {
      #expect(octavo_half_from_float(value) == Float16(value).bitPattern, "\(value)")
    }
    #expect(Float16(bitPattern: octavo_half_from_float(.nan)).isNaN)
  }

  @Test func roundsToBfloat16() {
    #expect(octavo_bfloat16_from_float(1) == 0x3f80)
    // Halfway goes to the even neighbour; a bit more goes up.
    #expect(octavo_bfloat16_from_float(Float(bitPattern: 0x3f80_8000)) == 0x3f80)
    #expect(octavo_bfloat16_from_float(Float(bitPattern: 0x3f80_8001)) == 0x3f81)
    #expect(octavo_bfloat16_from_float(Float(bitPattern: 0x3f81_8000)) == 0x3f82)
    #expect(octavo_bfloat16_from_float(.greatestFiniteMagnitude) == 0x7f80)
    #expect(octavo_bfloat16_from_float(-.infinity) == 0xff80)
    #expect(octavo_bfloat16_from_float(.nan) & 0x7fff > 0x7f80)
  }
}
