import Core
import RPC

/// When a client that found the queue full may try again: about when the next place is free.
struct Pushback {
  private static let msMin: UInt64 = 100
  private static let msMax: UInt64 = 30_000
  /// A new interval's weight in the average.
  private static let weight = 0.125

  private var lastAdmission: Moment?
  /// Between admissions.
  private var intervalNs = 0.0

  mutating func admitted(at now: Moment) {
    if let lastAdmission {
      intervalNs += Self.weight * (Double(now.nanoseconds(since: lastAdmission)) - intervalNs)
    }
    lastAdmission = now
  }

  /// Adds the trailer `grpc-retry-pushback-ms` to an error that says to try again later.
  func hint(on error: OctavoError) -> OctavoError {
    guard error.code == .resourceExhausted else { return error }
    let milliseconds = min(Self.msMax, max(Self.msMin, UInt64(intervalNs / 1e6)))
    var trailers = Metadata()
    trailers.append(Metadata.retryPushbackKey, "\(milliseconds)")
    return OctavoError(error.code, error.message, cause: Status(error.code, error.message, trailers: trailers))
  }
}
