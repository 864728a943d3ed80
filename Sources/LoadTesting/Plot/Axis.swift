internal import Glibc

/// One direction of a plot: what values it spans, where they lie, and which of them are named.
package struct Axis: Sendable, Hashable {
  package let isLogarithmic: Bool
  package let domain: ClosedRange<Double>
  /// Ascending, within the domain, its ends included.
  package let ticks: [Double]

  /// From 0 up to at least `largest`, named at round steps.
  ///
  /// - Parameter largest: finite; 0 or less counts as 1.
  package static func linear(upTo largest: Double, stepsMax: Int = 6) -> Axis {
    let largest = largest > 0 ? largest : 1
    let step = roundUp(largest / Double(stepsMax))
    let count = Int((largest / step - 1e-9).rounded(.up))
    return Axis(
      isLogarithmic: false, domain: 0...(Double(count) * step), ticks: (0...count).map { Double($0) * step })
  }

  /// From 1, 2 or 5 times a power of ten to another, around all values; of many decades only powers of ten are named.
  ///
  /// - Parameter values: finite; those under `least` count as `least`.
  package static func logarithmic(around values: [Double], least: Double) -> Axis {
    let values = values.map { max($0, least) }
    var low = roundDown(values.min() ?? least)
    var high = roundUp(values.max() ?? least)
    if log10(high / low) > 2.5 {
      low = pow(10, log10(low).rounded(.down))
      high = pow(10, (log10(high) - 1e-9).rounded(.up))
      return Axis(isLogarithmic: true, domain: low...high, ticks: series(from: low, to: high) { $0 * 10 })
    }
    if high <= low { high = roundUp(low * 1.5) }
    return Axis(isLogarithmic: true, domain: low...high, ticks: series(from: low, to: high) { roundUp($0 * 1.5) })
  }

  /// From 0 at the domain's begin to 1 at its end; values outside lie at its ends.
  package func position(_ value: Double) -> Double {
    let value = min(max(value, domain.lowerBound), domain.upperBound)
    guard isLogarithmic else { return (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound) }
    return log(value / domain.lowerBound) / log(domain.upperBound / domain.lowerBound)
  }

  private static func series(from low: Double, to high: Double, next: (Double) -> Double) -> [Double] {
    var ticks = [low]
    while let last = ticks.last, last < high * 0.999 { ticks.append(next(last)) }
    return ticks
  }

  /// 1, 2 or 5 times a power of ten, the least that is not under `value`.
  static func roundUp(_ value: Double) -> Double {
    let power = pow(10, log10(value).rounded(.down))
    for factor in [1.0, 2, 5] where factor * power >= value * (1 - 1e-9) { return factor * power }
    return 10 * power
  }

  /// 1, 2 or 5 times a power of ten, the largest that is not over `value`.
  static func roundDown(_ value: Double) -> Double {
    let power = pow(10, log10(value).rounded(.down))
    for factor in [10.0, 5, 2] where factor * power <= value * (1 + 1e-9) { return factor * power }
    return power
  }
}
