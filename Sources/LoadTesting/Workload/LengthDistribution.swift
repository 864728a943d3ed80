internal import Core
internal import Glibc

/// How many tokens prompts or answers have.
package enum LengthDistribution: Sendable, Hashable {
  case constant(Int)
  /// Each length as probable as any other.
  case uniform(ClosedRange<Int>)
  /// The logarithm is normal; half are at most `median`, 99 of 100 at most `percentile99`.
  case logNormal(median: Int, percentile99: Int)

  /// What a length may be.
  package static let range = 1...Limits.contextLengthMax

  /// The 99th percentile of the normal distribution with mean 0 and deviation 1.
  private static let normalPercentile99 = 2.3263478740408408

  /// - Returns: a length in ``range``.
  package func sample(_ random: inout RandomStream) -> Int {
    switch self {
    case .constant(let length): return length
    case .uniform(let lengths): return lengths.lowerBound + random.integer(below: lengths.count)
    case .logNormal(let median, let percentile99):
      let deviation = log(Double(percentile99) / Double(median)) / Self.normalPercentile99
      let length = Double(median) * exp(deviation * random.normal())
      return Int(min(max(length.rounded(), 1), Double(Self.range.upperBound)))
    }
  }
}
