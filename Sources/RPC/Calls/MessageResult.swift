internal import Core

/// How a receive ended.
enum ReceiveResult: Sendable {
  case message(Payload)
  /// No message: the stream has ended or the call has failed; its status says which.
  case none
  /// Refused before it reached gRPC.
  case misused(OctavoError)
}

/// How a send ended.
enum SendResult: Sendable {
  case sent
  /// The call takes no more; its status says why.
  case closed
  /// Refused before it reached gRPC.
  case misused(OctavoError)
}
