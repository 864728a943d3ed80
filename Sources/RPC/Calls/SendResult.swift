internal import Core

/// How a send ended.
enum SendResult: Sendable {
  case sent
  /// The call takes no more; its status says why.
  case closed
  /// Refused before it reached gRPC.
  case misused(OctavoError)

  var isSent: Bool {
    if case .sent = self { true } else { false }
  }
}
