/// One pair of axes with its lines: two series over the load, such as the median and the 99th percentile.
package struct PlotPanel {
  struct Series {
    var name: String
    /// The CSS class of its line and marks, which also says how a mark looks.
    var kind: String
    /// One a run, milliseconds.
    var values: [Double]
  }

  /// The least that a logarithmic axis shows, in milliseconds: what the histograms can tell from 0.
  private static let leastMs = 0.001
  private static let markRadius = 4.0

  let title: String
  /// One a run, requests a second.
  let loads: [Double]
  let series: [Series]
  /// The area of the axes.
  let frame: (x: Double, y: Double, width: Double, height: Double)
  let horizontal: Axis

  func draw(in picture: inout SVGWriter) {
    let vertical = Axis.logarithmic(around: series.flatMap(\.values), least: Self.leastMs)
    picture.label(title, frame.x, frame.y - 14, class: "panel")
    for tick in vertical.ticks {
      let y = top(of: tick, vertical)
      picture.line(frame.x, y, frame.x + frame.width, y, class: "grid")
      picture.label(Self.text(tick), frame.x - 8, y + 4, class: "tick left")
    }
    let bottom = frame.y + frame.height
    for tick in horizontal.ticks {
      let x = left(of: tick)
      picture.line(x, bottom, x, bottom + 5, class: "axis")
      picture.label(Self.text(tick), x, bottom + 20, class: "tick below")
    }
    picture.line(frame.x, bottom, frame.x + frame.width, bottom, class: "axis")
    for one in series { draw(one, vertical, in: &picture) }
  }

  private func draw(_ series: Series, _ vertical: Axis, in picture: inout SVGWriter) {
    let places = zip(loads, series.values).map { (left(of: $0), top(of: $1, vertical)) }
    let points = places.map { "\(SVGWriter.number($0)),\(SVGWriter.number($1))" }.joined(separator: " ")
    picture.add("polyline", ["class": "line \(series.kind)", "points": points])
    for (index, (x, y)) in places.enumerated() {
      Self.mark(
        series.kind, x, y, in: &picture,
        note: "\(series.name) \(Self.text(series.values[index])) ms at \(Self.text(loads[index])) requests/s")
    }
  }

  /// A disc for the median, a square for anything else: told apart without colors too.
  static func mark(_ kind: String, _ x: Double, _ y: Double, in picture: inout SVGWriter, note: String = "") {
    let (radius, number) = (markRadius, SVGWriter.number)
    if kind == "median" {
      picture.add(
        "circle", ["class": "mark \(kind)", "cx": number(x), "cy": number(y), "r": number(radius)], note: note)
    } else {
      picture.add(
        "rect",
        [
          "class": "mark \(kind)", "x": number(x - radius), "y": number(y - radius), "width": number(2 * radius),
          "height": number(2 * radius),
        ], note: note)
    }
  }

  private func left(of load: Double) -> Double { frame.x + frame.width * horizontal.position(load) }

  private func top(of value: Double, _ vertical: Axis) -> Double {
    frame.y + frame.height * (1 - vertical.position(value))
  }

  /// Three significant digits, thousands apart.
  package static func text(_ value: Double) -> String {
    guard value > 0 else { return "0" }
    if value >= 100 {
      let digits = String("\(Int(min(value, 1e15).rounded()))".reversed())
      let groups = stride(from: 0, to: digits.count, by: 3).map { digits.dropFirst($0).prefix(3) }
      return String(groups.joined(separator: ",").reversed())
    }
    let scale: Double = value >= 10 ? 10 : value >= 1 ? 100 : 1_000
    let rounded = (value * scale).rounded() / scale
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
