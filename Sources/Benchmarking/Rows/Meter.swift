/// How much of a row is done.
struct Meter {
  private let total: Double
  private var done = 0.0

  init(total: Int) { self.total = Double(total) }

  /// - Returns: the fraction that is done with `more`.
  mutating func add(_ more: Int) -> Double {
    done += Double(more)
    return done / total
  }
}
