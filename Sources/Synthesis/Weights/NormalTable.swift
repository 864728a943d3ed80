/// A normal distribution as a table of its quantiles in bfloat16: sixteen random bits choose a weight.
///
/// Made by additions, multiplications and divisions only, whose results IEEE 754 fixes: a logarithm or an
/// exponential of the C library may differ between machines, and with it the bits of a checkpoint.
struct NormalTable: Sendable {
  static let count = 1 << 16

  /// Bits of the quantile at (index + 1/2) / 65,536, ascending.
  let bits: [UInt16]

  init(standardDeviation: Double) {
    var positive: [UInt16] = []
    positive.reserveCapacity(Self.count / 2)
    var quantile = 0.0
    for index in 0..<Self.count / 2 {
      quantile = Self.quantile(excess: (Double(index) + 0.5) / Double(Self.count), near: quantile)
      positive.append(Self.bfloat16(Float(quantile * standardDeviation)))
    }
    bits = positive.reversed().map { $0 | 0x8000 } + positive
  }

  /// Where the distribution function is 1/2 + `excess`, by Newton's method from a quantile a little below.
  private static func quantile(excess: Double, near start: Double) -> Double {
    var quantile = start
    for _ in 0..<8 {
      let (integral, density) = integralAndDensity(quantile)
      quantile -= (integral - excess) / density
    }
    return quantile
  }

  /// The normal density's integral from 0 to `x`, and the density at `x`, by their power series: for `x` under
  /// 5 the largest term is far from costing them the digits that bfloat16 keeps.
  private static func integralAndDensity(_ x: Double) -> (integral: Double, density: Double) {
    // 1 / sqrt(2 pi)
    let scale = 0.398_942_280_401_432_7
    var (term, integral, density) = (1.0, x, 1.0)
    for order in 1..<80 {
      term *= -x * x / Double(2 * order)
      density += term
      integral += term * x / Double(2 * order + 1)
    }
    return (scale * integral, scale * density)
  }

  /// Rounds to the nearest, ties to even; for finite numbers.
  private static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    return UInt16((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }
}
