package import RPC

/// Where messages go: a call.
package protocol MessageSink: Sendable {
  /// Sends a message without waiting; at most one at a time.
  ///
  /// - Parameter taken: learns once, on any thread, whether the other side's flow control let the message go.
  func send(_ payload: Payload, taken: @escaping @Sendable (Bool) -> Void)
}

extension ClientCall: MessageSink {}
extension ServerCall: MessageSink {}
