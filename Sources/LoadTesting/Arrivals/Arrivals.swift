/// The moments of an open loop one by one, in nanoseconds since its start.
package struct Arrivals: IteratorProtocol, Sendable {
  private let pattern: ArrivalPattern
  private var random: RandomStream
  private var index = 0
  private let count: Int
  private var seconds = 0.0

  /// - Parameter count: ends after so many.
  init(_ pattern: ArrivalPattern, seed: UInt64, count: Int) {
    self.pattern = pattern
    self.count = count
    random = RandomStream(seed: seed, .arrivals)
  }

  package mutating func next() -> UInt64? {
    guard index < count else { return nil }
    switch pattern {
    case .poisson(let perSecond): seconds += random.exponential() / perSecond
    case .trace(let trace, let speed):
      guard index < trace.entries.count else { return nil }
      seconds = trace.entries[index].seconds / speed
    case .closed: return nil
    }
    index += 1
    return UInt64(min(seconds * 1e9, 0x1p62))
  }
}
