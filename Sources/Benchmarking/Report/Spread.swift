/// The samples of a row in three numbers.
package struct Spread: Sendable, Hashable {
  package var median: Double
  package var minimum: Double
  package var maximum: Double

  /// - Precondition: there are samples. The median of an even number of them is the mean of the middle two.
  package init(_ samples: [Double]) {
    precondition(!samples.isEmpty, "a row has a round")
    let sorted = samples.sorted()
    median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    minimum = sorted[0]
    maximum = sorted[sorted.count - 1]
  }
}
