/// The latencies of a run's window.
package struct LoadLatencies: Sendable, Hashable {
  package var firstToken: LatencySummary
  package var betweenTokens: LatencySummary
  package var endToEnd: LatencySummary
  package var queue: LatencySummary
  package var sendDelay: LatencySummary

  init(_ latencies: Latencies) {
    firstToken = latencies.firstToken.summary
    betweenTokens = latencies.betweenTokens.summary
    endToEnd = latencies.endToEnd.summary
    queue = latencies.queue.summary
    sendDelay = latencies.sendDelay.summary
  }

  /// By name, in the order of a report.
  package var all: [(name: String, key: String, summary: LatencySummary)] {
    [
      ("first token", "timeToFirstToken", firstToken), ("between tokens", "timeBetweenTokens", betweenTokens),
      ("end to end", "endToEnd", endToEnd), ("in the queue", "queue", queue),
      ("sent after due", "sendDelay", sendDelay),
    ]
  }
}
