/// What is measured of requests, each from the moment at which the request was due.
struct Latencies: Sendable {
  var firstToken = LatencyHistogram()
  /// Each gap; tokens that came together are 0 apart.
  var betweenTokens = LatencyHistogram()
  var endToEnd = LatencyHistogram()
  /// In the router's queue, as it says.
  var queue = LatencyHistogram()
  /// From due to sent: the client's own lateness, part of every other figure but `betweenTokens` and `queue`.
  var sendDelay = LatencyHistogram()
}
