internal import Synchronization

/// Counts who uses a queue, so that nobody uses it after its shutdown: gRPC aborts the process then.
///
/// The state is twice the number inside, plus 1 once closed.
final class Gate: Sendable {
  private let state = Atomic<Int>(0)
  private let onEmpty: @Sendable () -> Void

  /// - Parameter onEmpty: runs once, when the gate is closed and the last one inside has left.
  init(onEmpty: @escaping @Sendable () -> Void) { self.onEmpty = onEmpty }

  /// Whether the caller is inside now; if so it must leave once.
  func enter() -> Bool {
    var seen = state.load(ordering: .relaxed)
    while seen & 1 == 0 {
      let (exchanged, original) = state.weakCompareExchange(
        expected: seen, desired: seen + 2, ordering: .acquiringAndReleasing)
      if exchanged { return true }
      seen = original
    }
    return false
  }

  func leave() {
    if state.subtract(2, ordering: .acquiringAndReleasing).newValue == 1 { onEmpty() }
  }

  /// Lets nobody in from now on; once is enough, more change nothing.
  func close() {
    if state.bitwiseOr(1, ordering: .acquiringAndReleasing).oldValue == 0 { onEmpty() }
  }
}
