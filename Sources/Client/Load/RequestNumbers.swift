import Synchronization

/// The numbers of a closed loop's requests, for whichever stream is free next.
final class RequestNumbers: Sendable {
  private let next = Mutex(0)
  private let count: Int

  init(count: Int) { self.count = count }

  /// Nil when there are none left.
  func take() -> Int? {
    next.withLock { next in
      guard next < count else { return nil }
      defer { next += 1 }
      return next
    }
  }
}
