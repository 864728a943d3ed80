/// When the requests of an open loop are due, in nanoseconds since the run's start, in order.
package struct ArrivalSchedule: Sequence, Sendable {
  package let count: Int
  /// Over how many nanoseconds there is load: the duration that was asked for, or up to the last arrival where the
  /// requests run out before.
  package let span: UInt64
  private let pattern: ArrivalPattern
  private let seed: UInt64

  /// - Parameters:
  ///   - pattern: an open loop.
  ///   - countMax: most arrivals.
  ///   - duration: in nanoseconds; none is due after it.
  package init(_ pattern: ArrivalPattern, seed: UInt64, countMax: Int, duration: UInt64? = nil) {
    self.pattern = pattern
    self.seed = seed
    var arrivals = Arrivals(pattern, seed: seed, count: countMax)
    var count = 0
    var last: UInt64 = 0
    var isCutShort = false
    while let due = arrivals.next() {
      isCutShort = due > duration ?? .max
      if isCutShort { break }
      last = due
      count += 1
    }
    self.count = count
    span = isCutShort ? duration ?? last : last
  }

  package func makeIterator() -> Arrivals { Arrivals(pattern, seed: seed, count: count) }
}
