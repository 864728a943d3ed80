import Core

/// A running sequence in line for rows, or for giving way. One that has ended or was admitted anew since leaves its
/// ticket behind; it counts no more.
struct Ticket: Sendable, Hashable, Comparable {
  let priority: Int
  let admission: UInt64
  let sequence: SequenceID

  /// Less gives way first: lower priority, then younger.
  static func < (left: Self, right: Self) -> Bool {
    if left.priority != right.priority { return left.priority < right.priority }
    return left.admission > right.admission
  }
}
