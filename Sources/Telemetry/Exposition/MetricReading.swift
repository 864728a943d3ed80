/// What a series shows.
package enum MetricReading: Sendable, Hashable {
  case number(Double)
  case histogram(HistogramReading)
}
