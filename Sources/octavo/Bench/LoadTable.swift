import Core
import LoadTesting

/// A load report for people: one run in full, or a line a run.
struct LoadTable {
  let report: LoadReport

  init(_ report: LoadReport) { self.report = report }

  var text: String {
    let heading = """
      \(report.model): context \(report.contextLength), vocabulary \(report.vocabularySize); \
      \(report.connections) \(report.connections == 1 ? "connection" : "connections")
      \(workload)

      """
    let body = report.runs.count == 1 ? LoadRunTable(report.runs[0]).text : sweep
    return heading + "\n" + body
  }

  /// What requests ask for, in a line.
  var workload: String {
    let settings = report.workload
    var parts: [String] = []
    if let run = report.runs.first, case .trace(let trace, let speed) = run.arrivals {
      parts.append("\(trace.entries.count) arrivals of a trace" + (speed == 1 ? "" : ", \(speed) times as fast"))
    } else {
      parts.append("prompts of \(settings.promptTokens) tokens")
      parts.append("answers of \(settings.outputTokens)")
    }
    if settings.sharedPrefixTokens > 0 {
      let groups = settings.prefixGroups == 1 ? "" : " in \(settings.prefixGroups) groups"
      parts.append("after \(settings.sharedPrefixTokens) shared\(groups)")
    }
    if settings.continuations > 1 { parts.append("\(settings.continuations) continuations") }
    if settings.cancelledFraction > 0 { parts.append("\(percent(settings.cancelledFraction)) cancelled") }
    if settings.tenants > 0 { parts.append("\(settings.tenants) tenants") }
    if settings.priority != 0 { parts.append("priority \(settings.priority)") }
    if settings.temperature > 0 { parts.append("temperature \(settings.temperature)") }
    parts.append("seed \(settings.seed)")
    return parts.joined(separator: ", ")
  }

  private var sweep: String {
    var table = Table([
      .init(title: "REQUESTS/S", isNumber: true), .init(title: "ANSWERED/S", isNumber: true),
      .init(title: "TOKENS/S", isNumber: true), .init(title: "TTFT P50", isNumber: true),
      .init(title: "P99", isNumber: true), .init(title: "TBT P50", isNumber: true),
      .init(title: "P99", isNumber: true), .init(title: "ANSWERED", isNumber: true),
      .init(title: "OTHERS", isNumber: true), .init(title: "GOODPUT", isNumber: true),
    ])
    for run in report.runs { table.add(line(run)) }
    let notes = report.runs.flatMap { run in run.notes.map { "at \(Self.offered(run)) requests/s: \($0)\n" } }
    return table.text + "\nTTFT: ms to the first token; TBT: ms between tokens\n" + notes.joined()
  }

  private func line(_ run: LoadResult) -> [String] {
    let (first, between) = (run.latencies.firstToken, run.latencies.betweenTokens)
    return [
      Self.offered(run), run.rates.map { decimal($0.requests, 2) } ?? "",
      run.rates.map { decimal($0.generatedTokens, 1) } ?? "", decimal(first.p50Ms, 1), decimal(first.p99Ms, 1),
      decimal(between.p50Ms, 1), decimal(between.p99Ms, 1), "\(run.counts.answered)",
      "\(run.counts.due - run.counts.answered)", run.goodput?.fraction.map { percent($0) } ?? "",
    ]
  }

  private static func offered(_ run: LoadResult) -> String {
    if case .poisson(let perSecond) = run.arrivals { "\(perSecond)" } else { "" }
  }
}
