import Core
import LoadTesting

/// One run for people.
struct LoadRunTable {
  let run: LoadResult

  init(_ run: LoadResult) { self.run = run }

  var text: String {
    [heading, requests, latencies, goodput + client + failures + notes].joined(separator: "\n")
  }

  private var heading: String {
    let pattern =
      switch run.arrivals {
      case .poisson(let perSecond): "\(perSecond) requests/s, Poisson"
      case .trace: "arrivals as recorded"
      case .closed(let streams): "\(streams) \(streams == 1 ? "stream" : "streams"), always busy"
      }
    return "\(pattern); \(decimal(run.seconds, 1)) s in all\n\(window)\n"
  }

  private var window: String {
    let window = run.window
    guard let begin = window.beginSeconds, let end = window.endSeconds else {
      return "measured: nothing (--window \(window.kind.rawValue))"
    }
    let pieces = window.spans == 1 ? "" : " in \(window.spans) pieces"
    return """
      measured: \(decimal(window.seconds, 2)) s\(pieces) between \(decimal(begin, 2)) s and \(decimal(end, 2)) s \
      (--window \(window.kind.rawValue))
      """
  }

  private var requests: String {
    let counts = run.counts
    var table = Table([
      .init(title: "REQUESTS", isNumber: true), .init(title: "NOT SENT", isNumber: true),
      .init(title: "ANSWERED", isNumber: true), .init(title: "CANCELLED", isNumber: true),
      .init(title: "REFUSED", isNumber: true), .init(title: "FAILED", isNumber: true),
      .init(title: "ANSWERED/S", isNumber: true), .init(title: "PROMPT TOKENS/S", isNumber: true),
      .init(title: "TOKENS/S", isNumber: true),
    ])
    // Where every stream decodes, nothing begins and nothing ends.
    let whole = run.window.kind == .decoding ? nil : run.rates
    func rate(_ rate: Double?) -> String { rate.map { decimal($0, 2) } ?? "" }
    table.add([
      "\(counts.due)", "\(counts.notSent)", "\(counts.answered)", "\(counts.cancelled)", "\(counts.refused)",
      "\(counts.failed)", rate(whole?.requests), rate(whole?.promptTokens), rate(run.rates?.generatedTokens),
    ])
    return table.text
  }

  private var latencies: String {
    var table = Table(
      [.init(title: "MS")]
        + ["COUNT", "MEAN", "P50", "P90", "P95", "P99", "MAX"].map { .init(title: $0, isNumber: true) })
    for (name, key, summary) in run.latencies.all where summary.count > 0 {
      // A closed loop's requests are due when they are sent.
      if key == "sendDelay", !run.arrivals.isOpen { continue }
      let figures = [
        summary.meanMs, summary.p50Ms, summary.p90Ms, summary.p95Ms, summary.p99Ms, summary.maxMs,
      ]
      table.add([name, "\(summary.count)"] + figures.map { decimal($0, 2) })
    }
    return table.text
  }

  private var goodput: String {
    guard let goodput = run.goodput else { return "" }
    let fraction = goodput.fraction.map { "\(percent($0)) of " } ?? ""
    let rate = goodput.requestsPerSecond.map { ", \(decimal($0, 2)) a second" } ?? ""
    return "within \(goodput.objective): \(goodput.met) requests, \(fraction)\(goodput.of)\(rate)\n"
  }

  private var client: String {
    let token = run.client.microsecondsPerToken.map { ", \(decimal($0, 1)) µs a token" } ?? ""
    let tokens = run.tokens
    let cached = tokens.cached == 0 ? "" : "of \(tokens.prompt) prompt tokens \(tokens.cached) were cached\n"
    return "\(cached)this client: \(decimal(run.client.cores, 2)) of a core\(token)\n"
  }

  private var failures: String {
    run.counts.statuses.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($0.value) got \($0.key), the first: \(singleLine(run.counts.messages[$0.key] ?? ""))\n" }.joined()
  }

  private var notes: String { run.notes.map { "note: \($0)\n" }.joined() }
}
