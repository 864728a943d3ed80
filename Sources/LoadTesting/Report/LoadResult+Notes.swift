extension LoadResult {
  /// What one must know before one trusts the figures, a sentence each.
  package var notes: [String] {
    var notes: [String] = []
    if rates == nil { notes.append(emptyWindow) }
    if client.cores > ClientUsage.coresMax {
      notes.append(
        "the client itself took \(hundredths(client.cores)) of a core, over \(ClientUsage.coresMax): on a machine that "
          + "it shares with the cluster the figures are too low")
    }
    if arrivals.isOpen, latencies.sendDelay.p99Ms > ClientUsage.sendDelayMsMax {
      notes.append(
        "the client was late: of 100 requests one was sent \(hundredths(latencies.sendDelay.p99Ms)) ms or more after "
          + "it was due, which its latencies include")
    }
    if counts.notSent > 0 {
      notes.append(
        "\(counts.notSent) of \(counts.due) requests were not sent: as many were in flight as --in-flight allows")
    }
    if counts.clipped > 0 {
      notes.append("\(counts.clipped) of \(counts.sent) requests were cut to the model's context")
    }
    if counts.answeredShort > 0 {
      notes.append("\(counts.answeredShort) of \(counts.answered) answers ended before the length asked for")
    }
    return notes
  }

  private var emptyWindow: String {
    switch window.kind {
    case .decoding:
      "at no time were all streams decoding: give longer answers, or measure with --window load or --window all"
    case .load: "the window is empty: the load was over before the warm-up"
    case .all: "nothing was measured"
    }
  }
}

/// Two digits after the point.
func hundredths(_ value: Double) -> String {
  let hundredths = Int((min(abs(value), 1e15) * 100).rounded())
  let rest = hundredths % 100
  return "\(value < 0 && hundredths > 0 ? "-" : "")\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}
