import CKernels
import Foundation
import TestSupport
import Testing

@Suite struct ElementaryTests {
  @Test func logarithmIsAccurate() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<10_000 {
      let x = exp(Double.random(in: -300...300, using: &generator))
      #expect(abs(octavo_log(x) - log(x)) <= 1e-15 * (abs(log(x)) + 1), "log(\(x))")
    }
    #expect(octavo_log(1) == 0)
  }

  @Test func powerIsAccurate() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<10_000 {
      let (base, exponent) = (
        Double.random(in: 1...1e6, using: &generator), Double.random(in: 0...1, using: &generator)
      )
      let exact = pow(base, exponent)
      #expect(abs(octavo_pow(base, exponent) - exact) <= 1e-14 * exact, "\(base)^\(exponent)")
    }
  }

  /// Within half a unit in the last place of float32, up to positions past any context.
  @Test(arguments: [0, 1, 2, 511, 131_071, 16_777_215] as [UInt32])
  func rotaryRowsAreRounded(_ position: UInt32) {
    var generator = SeededGenerator(seed: UInt64(position))
    let frequencies = [1] + generator.floats(63, in: 0...1)
    var (cosines, sines) = ([Float](repeating: 0, count: 64), [Float](repeating: 0, count: 64))
    octavo_rotary_row(frequencies, 64, position, &cosines, &sines)
    for index in 0..<64 {
      let angle = Double(Float(position) * frequencies[index])
      #expect(abs(Double(cosines[index]) - cos(angle)) <= 3.1e-8)
      #expect(abs(Double(sines[index]) - sin(angle)) <= 3.1e-8)
    }
  }

  /// Known answers of the generator's authors (Random123's kat_vectors).
  @Test func philoxGivesTheKnownAnswers() {
    #expect(philox([0, 0, 0, 0], [0, 0]) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    let ones = UInt32.max
    #expect(
      philox([ones, ones, ones, ones], [ones, ones]) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    #expect(
      philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0])
        == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  private func philox(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
    var out: [UInt32] = [0, 0, 0, 0]
    octavo_philox(counter, key, &out)
    return out
  }
}
