package import Core

extension LengthDistribution: CustomStringConvertible {
  /// From `128`, `uniform:A:B` or `lognormal:MEDIAN:P99`.
  ///
  /// - Parameter option: where the text is from, for the error.
  /// - Throws: INVALID_ARGUMENT for any other text, for lengths outside ``range`` and for bounds out of order.
  package init(_ text: String, option: String) throws(OctavoError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.drop { $0 == "uniform" || $0 == "lognormal" }.map { Int($0) }
    guard numbers.allSatisfy({ $0.map(Self.range.contains) ?? false }) else { throw Self.refusal(text, option) }
    switch (parts[0], numbers.count, parts.count) {
    case (_, 1, 1): self = .constant(numbers[0] ?? 0)
    case ("uniform", 2, 3):
      guard let low = numbers[0], let high = numbers[1], low <= high else { throw Self.refusal(text, option) }
      self = .uniform(low...high)
    case ("lognormal", 2, 3):
      guard let median = numbers[0], let high = numbers[1], median <= high else { throw Self.refusal(text, option) }
      self = .logNormal(median: median, percentile99: high)
    default: throw Self.refusal(text, option)
    }
  }

  package var description: String {
    switch self {
    case .constant(let length): "\(length)"
    case .uniform(let lengths): "uniform:\(lengths.lowerBound):\(lengths.upperBound)"
    case .logNormal(let median, let percentile99): "lognormal:\(median):\(percentile99)"
    }
  }

  private static func refusal(_ text: String, _ option: String) -> OctavoError {
    .invalid(
      option, quoted(text),
      "give a number such as 128, uniform:A:B with A up to B, or lognormal:MEDIAN:P99 with MEDIAN up to P99, each "
        + "\(range.lowerBound) to \(range.upperBound)")
  }
}
