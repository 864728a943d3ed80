internal import CGRPCShims

/// A continuation whose hand-over the thread sanitizer sees: the runtime's own is invisible when the value is
/// there before the task has suspended. Resumed exactly once, outside every lock.
struct Resumption<Value: Sendable>: @unchecked Sendable {
  fileprivate let continuation: UnsafeContinuation<Value, Never>
  fileprivate let anchor: UnsafeMutableRawPointer?

  func resume(returning value: Value) {
    octavo_grpc_handed_over(anchor)
    continuation.resume(returning: value)
  }
}

/// Suspends the task until what `start` gets is resumed.
func resumed<Value: Sendable>(_ start: (Resumption<Value>) -> Void) async -> Value {
  let anchor = octavo_grpc_anchor_make()
  defer { octavo_grpc_anchor_free(anchor) }
  let value = await withUnsafeContinuation { start(Resumption(continuation: $0, anchor: anchor)) }
  octavo_grpc_taken_over(anchor)
  return value
}
