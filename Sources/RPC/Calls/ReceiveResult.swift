internal import Core

/// How a receive ended.
enum ReceiveResult: Sendable {
  case message(Payload)
  /// No message: the stream has ended or the call has failed; its status says which.
  case none
  /// Refused before it reached gRPC.
  case misused(OctavoError)
}
