package import Core

/// What became of the requests of a run. `sent = answered + cancelled + refused + failed` once all have ended.
package struct RequestCounts: Sendable, Hashable {
  /// Arrivals, sent or not.
  package var due = 0
  /// Too many were in flight when they were due.
  package var notSent = 0
  package var sent = 0
  package var answered = 0
  /// Of those answered, the ones with fewer tokens than they asked for.
  package var answeredShort = 0
  package var cancelled = 0
  /// RESOURCE_EXHAUSTED.
  package var refused = 0
  package var failed = 0
  /// Lengths cut to the model's context.
  package var clipped = 0
  /// Of those refused and failed.
  package var statuses: [StatusCode: Int] = [:]
  /// The message of the first of each status.
  package var messages: [StatusCode: String] = [:]

  package init() {}

  package var inFlight: Int { sent - ended }
  package var ended: Int { answered + cancelled + refused + failed }

  mutating func end(_ outcome: RequestOutcome, isShort: Bool) {
    switch outcome {
    case .answered:
      answered += 1
      if isShort { answeredShort += 1 }
    case .cancelled: cancelled += 1
    case .failed(let status, let message):
      if status == .resourceExhausted { refused += 1 } else { failed += 1 }
      statuses[status, default: 0] += 1
      if messages[status] == nil { messages[status] = message }
    }
  }
}
