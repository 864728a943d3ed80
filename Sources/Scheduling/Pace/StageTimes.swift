/// How long one stage runs for a number of rows, as measured: averages at some sizes, lines between them.
struct StageTimes: Sendable {
  /// A new measurement's weight in an average.
  private static let weight = 0.125
  /// One that took so many times longer than the average counts as that much: something else ran on the machine.
  private static let outlier = 4.0

  private struct Point: Sendable {
    var rows: Double
    var nanoseconds: Double
  }

  /// Two to a doubling of rows.
  private var points: [Point?] = []

  mutating func observe(rows: Int, nanoseconds: UInt64) {
    let index = Self.index(rows)
    while points.count <= index { points.append(nil) }
    guard let point = points[index] else {
      points[index] = Point(rows: Double(rows), nanoseconds: Double(nanoseconds))
      return
    }
    let measured = min(Double(nanoseconds), Self.outlier * point.nanoseconds)
    points[index] = Point(
      rows: point.rows + Self.weight * (Double(rows) - point.rows),
      nanoseconds: point.nanoseconds + Self.weight * (measured - point.nanoseconds))
  }

  /// What to think of sizes beyond those that were measured.
  enum Outlook {
    /// Fewer rows take their share of the time, more rows the same time: what might be better is tried, and known from
    /// then on.
    case hopeful
    /// Fewer rows take the same time, more rows their share more: what might hold others up is approached in steps.
    case cautious
  }

  /// Nanoseconds; `nil` before the first measurement.
  func predict(rows: Int, _ outlook: Outlook) -> Double? {
    let rows = Double(rows)
    var below: Point?
    for case let point? in points {
      guard point.rows >= rows else {
        below = point
        continue
      }
      guard let below else { return point.nanoseconds * (outlook == .hopeful ? rows / point.rows : 1) }
      let fraction = (rows - below.rows) / (point.rows - below.rows)
      return below.nanoseconds + fraction * (point.nanoseconds - below.nanoseconds)
    }
    return below.map { $0.nanoseconds * (outlook == .hopeful ? 1 : rows / $0.rows) }
  }

  private static func index(_ rows: Int) -> Int {
    let exponent = Int.bitWidth - 1 - rows.leadingZeroBitCount
    let isUpperHalf = exponent > 0 && rows & (1 << (exponent - 1)) != 0
    return 2 * exponent + (isUpperHalf ? 1 : 0)
  }
}
