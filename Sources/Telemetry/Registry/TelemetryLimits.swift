/// Bounds of what a registry keeps, because labels may come from outside.
package struct TelemetryLimits: Sendable {
  /// Series of one metric. What comes later counts in one more series, labelled `overflow="true"`.
  package var seriesPerMetricMax = 1_024
  /// Metrics of one registry. What comes later is counted nowhere.
  package var metricsMax = 512
  /// Bytes of a label's value, in UTF-8; the rest is cut off.
  package var labelBytesMax = 256

  package init() {}
}
