internal import CGRPCShims
internal import Synchronization

/// A `Mutex` whose critical sections the thread sanitizer sees.
struct Guarded<Value>: ~Copyable, @unchecked Sendable {
  private let mutex: Mutex<Value>
  /// Stands for the lock where the sanitizer runs, `nil` elsewhere: to take the address of the value would be an
  /// access before the sanitizer knows of the lock.
  private let anchor: UnsafeMutableRawPointer?

  init(_ value: consuming sending Value) {
    mutex = Mutex(value)
    anchor = octavo_grpc_anchor_make()
  }

  deinit { octavo_grpc_anchor_free(anchor) }

  /// No call's continuation is resumed inside: a loop's executor has a lock of its own.
  borrowing func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    let anchor = anchor
    return try mutex.withLock { (value) throws(Failure) in
      octavo_grpc_taken_over(anchor)
      defer { octavo_grpc_handed_over(anchor) }
      return try body(&value)
    }
  }
}
