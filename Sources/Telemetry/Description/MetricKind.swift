/// What a metric's numbers mean, named as the text format names it.
package enum MetricKind: String, Sendable, Hashable {
  /// A count that only grows; its name ends in `_total`.
  case counter
  /// A value that goes up and down.
  case gauge
  /// How many values fell into each bucket, and their sum.
  case histogram
}
