import Core

/// A moment in whole microseconds, modulo 16.7 s: what a float32 holds exactly.
struct Stamp {
  private static let modulus: Int64 = 1 << 24

  private let microseconds: Int64

  /// Of the system's monotonic clock, the same in every process.
  static var now: Stamp {
    let (seconds, attoseconds) = (ContinuousClock.now - Self.origin).components
    return Stamp(microseconds: (seconds * 1_000_000 + attoseconds / 1_000_000_000_000) % modulus)
  }

  /// In one process both ends count from here.
  private static let origin = ContinuousClock.now

  private init(microseconds: Int64) { self.microseconds = microseconds }

  init(logprob: Float) { microseconds = Int64(-logprob) }

  var logprob: Float { -Float(microseconds) }

  /// Microseconds from this stamp until `later`.
  func microseconds(until later: Stamp) -> Int64 {
    (later.microseconds - microseconds + Self.modulus) % Self.modulus
  }
}
