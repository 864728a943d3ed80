/// A picture of latency against load: for each run the median and the 99th percentile of the time to the first token
/// and of the time between tokens, over the requests a second that were answered.
///
/// It is read on a light and on a dark page: the picture brings its own ground and follows the reader's preference.
package struct LatencyPlot: Sendable {
  private static let (width, height) = (760.0, 660.0)
  private static let (left, right, panelHeight) = (76.0, 28.0, 200.0)
  private static let (firstTop, secondTop) = (116.0, 396.0)

  private let title: String
  private let subtitle: String
  private let runs: [(load: Double, latencies: LoadLatencies)]

  /// - Parameters:
  ///   - title: what was measured.
  ///   - subtitle: with what load.
  ///   - results: in the order of their load; those that answered nothing in their window are left out.
  package init(title: String, subtitle: String, _ results: [LoadResult]) {
    self.title = title
    self.subtitle = subtitle
    runs = results.compactMap { result in
      guard let rates = result.rates, rates.requests > 0 else { return nil }
      return (rates.requests, result.latencies)
    }
  }

  package var svg: String {
    var picture = SVGWriter(width: Self.width, height: Self.height, style: Self.style)
    picture.add("rect", ["class": "ground", "width": "100%", "height": "100%", "rx": "8"])
    picture.label(title, 24, 34, class: "title")
    picture.label(subtitle, 24, 56, class: "tick")
    legend(in: &picture)
    let horizontal = Axis.linear(upTo: runs.map(\.load).max() ?? 0)
    draw("Time to first token, ms (log scale)", \.firstToken, top: Self.firstTop, horizontal, in: &picture)
    draw("Time between tokens, ms (log scale)", \.betweenTokens, top: Self.secondTop, horizontal, in: &picture)
    let middle = Self.left + (Self.width - Self.left - Self.right) / 2
    picture.label("Load: requests answered per second", middle, Self.height - 20, class: "tick below")
    return picture.document(title: title, description: description)
  }

  private func draw(
    _ title: String, _ measure: KeyPath<LoadLatencies, LatencySummary>, top: Double, _ horizontal: Axis,
    in picture: inout SVGWriter
  ) {
    let measured = runs.filter { $0.latencies[keyPath: measure].count > 0 }
    let summaries = measured.map { $0.latencies[keyPath: measure] }
    let panel = PlotPanel(
      title: title, loads: measured.map(\.load),
      series: [
        .init(name: "99th percentile", kind: "tail", values: summaries.map(\.p99Ms)),
        .init(name: "median", kind: "median", values: summaries.map(\.p50Ms)),
      ],
      frame: (Self.left, top, Self.width - Self.left - Self.right, Self.panelHeight), horizontal: horizontal)
    panel.draw(in: &picture)
  }

  private func legend(in picture: inout SVGWriter) {
    let entries = [("median", "median", 0.0), ("tail", "99th percentile", 92.0)]
    for (kind, name, offset) in entries {
      let x = Self.width - Self.right - 222 + offset
      picture.line(x, 80, x + 22, 80, class: "line \(kind)")
      PlotPanel.mark(kind, x + 11, 80, in: &picture)
      picture.label(name, x + 30, 84, class: "name")
    }
  }

  private var description: String {
    guard let lowest = runs.min(by: { $0.load < $1.load }), let highest = runs.max(by: { $0.load < $1.load }) else {
      return "No run answered anything."
    }
    func part(_ run: (load: Double, latencies: LoadLatencies)) -> String {
      let (first, between) = (run.latencies.firstToken, run.latencies.betweenTokens)
      return "at \(PlotPanel.text(run.load)) requests/s the median time to first token is "
        + "\(PlotPanel.text(first.p50Ms)) ms (99th percentile \(PlotPanel.text(first.p99Ms))), between tokens "
        + "\(PlotPanel.text(between.p50Ms)) ms (\(PlotPanel.text(between.p99Ms)))"
    }
    return "\(subtitle). Of \(runs.count) runs: \(part(lowest)); \(part(highest))."
  }

  /// Colors by role, for a light ground and again for a dark one; not as variables, which few but browsers know.
  private static let style = """
    text { font: 13px system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; fill: #1a1a19 }
    .title { font-size: 17px; font-weight: 600 }
    .panel { font-weight: 600 }
    .tick { fill: #5f5e5a; font-size: 12px; font-variant-numeric: tabular-nums }
    .left { text-anchor: end }
    .below { text-anchor: middle }
    .ground { fill: #fcfcfb }
    .grid { stroke: #e4e3df; stroke-width: 1 }
    .axis { stroke: #9b9a95; stroke-width: 1 }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round }
    .mark { stroke: #fcfcfb; stroke-width: 1.5 }
    line.median, polyline.median { stroke: #2a6fd0 }
    .mark.median { fill: #2a6fd0 }
    line.tail, polyline.tail { stroke: #c2500f }
    .mark.tail { fill: #c2500f }
    @media (prefers-color-scheme: dark) {
      text { fill: #f2f1ed }
      .tick { fill: #a9a8a2 }
      .ground { fill: #1b1b1a }
      .grid { stroke: #343331 }
      .axis { stroke: #75746f }
      .mark { stroke: #1b1b1a }
      line.median, polyline.median { stroke: #74aaff }
      .mark.median { fill: #74aaff }
      line.tail, polyline.tail { stroke: #ff9a52 }
      .mark.tail { fill: #ff9a52 }
    }
    """
}
