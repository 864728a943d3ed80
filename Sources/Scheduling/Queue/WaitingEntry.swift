import Core

/// A sequence in line.
struct WaitingEntry: Sendable, Hashable {
  let sequence: SequenceID
  let tenant: TenantID
  let priority: Int
  /// When its request came, also for one that had to give way.
  let arrival: Moment
  /// Tells its place in line from one that it left before.
  let ticket: UInt64
}
