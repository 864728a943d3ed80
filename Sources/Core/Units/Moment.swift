/// A point on the monotonic clock, in nanoseconds since an arbitrary start.
///
/// Pure cores take moments as inputs; only the glue around them reads a clock.
package struct Moment: Sendable, Hashable, Comparable {
  package var nanoseconds: UInt64

  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

  /// How long after `earlier` this is, 0 if it is not.
  package func nanoseconds(since earlier: Moment) -> UInt64 {
    nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
  }

  package func advanced(byNanoseconds duration: UInt64) -> Moment {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(duration)
    return Moment(nanoseconds: overflow ? .max : sum)
  }
}
